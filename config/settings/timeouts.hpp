#pragma once

#include <portico/options.hpp>

#include <chrono>

namespace portico {

// Timeouts of the stages of a connection; zero turns one off. Checked by the worker's sweep, up to half a second late,
// never early. Plain data; any thread.
//
//   Timeouts timeouts;
//   timeouts.idle = std::chrono::minutes(2);
//   timeouts.session = std::chrono::hours(1);
struct Timeouts {
  std::chrono::milliseconds proxy_header = std::chrono::seconds(5);
  std::chrono::milliseconds tls_handshake = std::chrono::seconds(10);
  std::chrono::milliseconds first_byte = std::chrono::seconds(30);
  std::chrono::milliseconds idle = std::chrono::minutes(10);
  std::chrono::milliseconds write = std::chrono::seconds(30);
  std::chrono::milliseconds half_closed = std::chrono::seconds(30);
  std::chrono::milliseconds session = std::chrono::seconds(0);
  std::chrono::milliseconds linger = std::chrono::seconds(5);

  static constexpr auto describe() {
    using std::chrono::hours;
    constexpr auto any = between(hours(0), hours(24 * 365));
    return options(
        option("proxy_header", &Timeouts::proxy_header,
               "Maximum time until the whole PROXY header, or first bytes without one, are received; 0s: no limit.",
               any),
        option("tls_handshake", &Timeouts::tls_handshake, "Maximum time for the TLS handshake; 0s: no limit.", any),
        option("first_byte", &Timeouts::first_byte,
               "Maximum wait for the first byte, after any PROXY header and TLS handshake; 0s: no limit.", any),
        option("idle", &Timeouts::idle, "Maximum time without receiving a byte while a read waits; 0s: no limit.", any),
        option("write", &Timeouts::write, "Maximum time without sending a byte while a write waits; 0s: no limit.",
               any),
        option("half_closed", &Timeouts::half_closed,
               "Maximum time without sending a byte after the peer has half-closed; 0s: no limit.", any),
        option("session", &Timeouts::session, "Maximum time for the whole connection; 0s: no limit.", any),
        option("linger", &Timeouts::linger,
               "Maximum wait for the peer to close after the last byte is sent; what it still sends is discarded, so "
               "that no reset overtakes the last answer; 0s: no wait.",
               any));
  }

  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

}  // namespace portico
