#pragma once

#include <chrono>

namespace portico {

// How long each phase of a connection may last; zero turns one off. Checked by the worker's sweep, up to one second
// late, never early.
struct Timeouts {
  std::chrono::milliseconds proxy_header = std::chrono::seconds(5);
  std::chrono::milliseconds tls_handshake = std::chrono::seconds(10);
  std::chrono::milliseconds first_byte = std::chrono::seconds(30);
  std::chrono::milliseconds idle = std::chrono::minutes(10);
  std::chrono::milliseconds write = std::chrono::seconds(30);
  std::chrono::milliseconds half_closed = std::chrono::seconds(30);
  std::chrono::milliseconds session = std::chrono::seconds(0);
  std::chrono::milliseconds linger = std::chrono::seconds(5);

  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

}  // namespace portico
