#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace portico {

// Reasons for the end of a connection; the `reason` of its `closed` event.
enum class EndReason : std::uint8_t {
  finished,              // the session returned, and everything was sent
  peer_reset,            // the network or the peer broke the connection, or EOF came inside a message
  message_too_long,      // a message exceeded the maximum of its framing
  first_byte_timeout,    // no byte arrived in time after the session began
  idle_timeout,          // no byte arrived in time after an earlier message
  write_timeout,         // the peer accepted no byte in time
  half_closed_timeout,   // the peer had half-closed, and then accepted no byte in time
  session_timeout,       // the whole connection lasted too long
  min_rate,              // bytes moved more slowly than the minimum rate
  proxy_header_invalid,  // the PROXY header is missing, malformed, or from an untrusted peer
  proxy_header_timeout,  // the PROXY header did not arrive in time
  tls_failed,            // the TLS handshake, or a later record, was wrong
  tls_timeout,           // the TLS handshake did not complete in time
  tls_truncated,         // EOF came without close_notify (RFC 8446 section 6.1)
  slow_consumer,         // the send queue was full
  handler_error,         // the session threw another exception; the message is its what()
  stopping,              // the server stops, and the session ended in order
  killed,                // aborted: by the drain deadline, a second stop signal, or an operator
};

// Returns the name of a reason as the log writes it, for example "idle_timeout".
std::string_view to_string(EndReason reason);

// Exception of a read or write on a connection that must end for the given reason. Sessions let it pass; a session that
// must clean up asynchronously notes it and continues after the handler, where co_await is allowed:
//
//     std::exception_ptr failure;
//     try { co_await serve(connection); } catch (...) { failure = std::current_exception(); }
//     co_await leave_room(room);
//     if (failure) std::rethrow_exception(failure);
class ConnectionError : public std::runtime_error {
 public:
  ConnectionError(EndReason reason, const std::string& message) : std::runtime_error(message), reason_(reason) {}
  EndReason reason() const { return reason_; }

 private:
  EndReason reason_;
};

}  // namespace portico
