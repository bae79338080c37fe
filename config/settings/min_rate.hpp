#pragma once

#include <portico/options.hpp>

#include <chrono>

namespace portico {

// Minimum rates of a client, in bytes per interval: inside a message that it sends, and while data is sent to it; zero
// turns one off. Checked by the worker's sweep, in steps of its period (250 ms). Plain data; any thread.
//
//   MinRate min_rate;
//   min_rate.read = {240, std::chrono::seconds(1)};
struct MinRate {
  ByteRate read;
  ByteRate write;
  std::chrono::milliseconds grace = std::chrono::seconds(5);

  static constexpr auto describe() {
    using Self = MinRate;
    return options(
        option("read", &Self::read,
               "Minimum rate at which a client sends a message. Measured from its first byte to its last (a message is "
               "what a framing or read_exactly reads), never between messages; 0B/s: no limit.",
               between(0, 1'000'000'000)),
        option("write", &Self::write,
               "Minimum rate at which a client receives. Measured while a write waits for it; 0B/s: no limit.",
               between(0, 1'000'000'000)),
        option("grace", &Self::grace,
               "Maximum time below a minimum rate before the connection is aborted with `min_rate`.",
               between(std::chrono::seconds(1), std::chrono::hours(1))));
  }

  friend bool operator==(const MinRate&, const MinRate&) = default;
};

}  // namespace portico
