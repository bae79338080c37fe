#pragma once

#include <portico/options.hpp>

#include <chrono>

namespace portico {

// How long each phase of a connection may last; zero turns one off. Checked by the worker's sweep, up to half a
// second late, never early.
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
               "For the whole PROXY header to arrive, or the first bytes that are none; 0s: no limit.", any),
        option("tls_handshake", &Timeouts::tls_handshake, "For the TLS handshake; 0s: no limit.", any),
        option("first_byte", &Timeouts::first_byte, "From the opened connection to its first byte; 0s: no limit.", any),
        option("idle", &Timeouts::idle, "Without a byte received, while a read waits; 0s: no limit.", any),
        option("write", &Timeouts::write, "Without a byte taken by the peer, while a write waits; 0s: no limit.", any),
        option("half_closed", &Timeouts::half_closed,
               "Without a byte taken, after the peer has ended its side; 0s: no limit.", any),
        option("session", &Timeouts::session, "For the whole connection; 0s: no limit.", any),
        option(
            "linger", &Timeouts::linger,
            "For the peer to end its side after our last byte; what it still sends is discarded meanwhile, so that no "
            "reset overtakes the last answer; 0s: no wait.",
            any));
  }

  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

}  // namespace portico
