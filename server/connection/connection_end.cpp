#include "server/connection/connection_end.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <array>

namespace portico {

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::finished:
      return "finished";
    case EndReason::peer_reset:
      return "peer_reset";
    case EndReason::message_too_long:
      return "message_too_long";
    case EndReason::first_byte_timeout:
      return "first_byte_timeout";
    case EndReason::idle_timeout:
      return "idle_timeout";
    case EndReason::write_timeout:
      return "write_timeout";
    case EndReason::half_closed_timeout:
      return "half_closed_timeout";
    case EndReason::session_timeout:
      return "session_timeout";
    case EndReason::min_rate:
      return "min_rate";
    case EndReason::proxy_header_invalid:
      return "proxy_header_invalid";
    case EndReason::proxy_header_timeout:
      return "proxy_header_timeout";
    case EndReason::tls_failed:
      return "tls_failed";
    case EndReason::tls_timeout:
      return "tls_timeout";
    case EndReason::tls_truncated:
      return "tls_truncated";
    case EndReason::slow_consumer:
      return "slow_consumer";
    case EndReason::handler_error:
      return "handler_error";
    case EndReason::stopping:
      return "stopping";
    case EndReason::killed:
      return "killed";
  }
  return "unknown";
}

ConnectionEnd classify_end(const ServerConnection& connection, const std::exception_ptr& thrown) {
  if (const auto reason = connection.end_reason()) {
    // A stop only ends the input; an exception after that is the session's own.
    const bool input_ended = *reason == EndReason::stopping;
    if (input_ended != (thrown != nullptr)) return {*reason, std::string(connection.end_message())};
  }
  if (!thrown) return {EndReason::finished, {}};
  try {
    std::rethrow_exception(thrown);
  } catch (const ConnectionError& error) {
    return {error.reason(), error.what()};
  } catch (const std::system_error& error) {
    return {is_disconnect(error.code()) ? EndReason::peer_reset : EndReason::handler_error, error.what()};
  } catch (const std::exception& error) {
    return {EndReason::handler_error, error.what()};
  } catch (...) {
    return {EndReason::handler_error, "an exception that is not a std::exception"};
  }
}

bool is_disconnect(const std::error_code& error) {
  namespace net = asio::error;
  static const std::array<std::error_code, 9> portable = {
      net::eof,       net::connection_reset, net::connection_aborted, net::broken_pipe,     net::not_connected,
      net::timed_out, net::network_down,     net::network_reset,      net::host_unreachable};
  if (std::find(portable.begin(), portable.end(), error) != portable.end()) return true;
#ifdef _WIN32
  // Overlapped operations report errors of their own: ERROR_NETNAME_DELETED, ERROR_SEM_TIMEOUT,
  // ERROR_CONNECTION_ABORTED.
  if (error.category() == asio::error::get_system_category())
    return error.value() == 64 || error.value() == 121 || error.value() == 1236;
#endif
  return false;
}

}  // namespace portico
