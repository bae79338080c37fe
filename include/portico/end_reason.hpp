#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace portico {

// Why a connection ended; the `reason` of its `closed` event.
enum class EndReason : std::uint8_t {
  finished,              // the session returned, everything was sent
  peer_reset,            // the network or the peer broke the connection, or the peer ended inside a message
  message_too_long,      // a framing's maximum was passed
  first_byte_timeout,    // nothing came in time after the connection was opened
  idle_timeout,          // nothing came in time after an earlier message
  write_timeout,         // the peer took nothing in time
  half_closed_timeout,   // the peer had ended its side and then took nothing in time
  session_timeout,       // the whole connection lasted too long
  min_rate,              // bytes moved too slowly
  proxy_header_invalid,  //
  proxy_header_timeout,  //
  tls_failed,            //
  tls_timeout,           //
  tls_truncated,         // the peer ended without close_notify
  slow_consumer,         // messages of other sessions piled up
  handler_error,         // the session threw; the text says what
  stopping,              // the server stops and the session ended in order
  killed,                // cut: by the drain deadline, a second stop signal, or an operator
};

// The name of a reason as the log writes it, for example "idle_timeout".
std::string_view to_string(EndReason reason);

// Thrown out of a read or a write when the connection must end for a reason of its own. A session lets it pass.
class ConnectionError : public std::runtime_error {
 public:
  ConnectionError(EndReason reason, const std::string& text) : std::runtime_error(text), reason_(reason) {}
  EndReason reason() const { return reason_; }

 private:
  EndReason reason_;
};

}  // namespace portico
