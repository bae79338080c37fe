#pragma once

#include <portico/options.hpp>

#include <chrono>

namespace portico {

// How slow a client may be: inside a message that it sends, and while it takes what is sent to it; zero turns one off.
// Looked at by the worker's sweep, so the time counts in steps of a sweep period (250 ms).
struct MinRate {
  ByteRate read;
  ByteRate write;
  std::chrono::milliseconds grace = std::chrono::seconds(5);

  static constexpr auto describe() {
    using Self = MinRate;
    return options(
        option("read", &Self::read,
               "Slowest a message may come in. Counts from its first byte to its last (a message is what a framing or "
               "read_exactly has begun), never between messages; 0B/s: no limit.",
               between(0, 1'000'000'000)),
        option("write", &Self::write,
               "Slowest a client may take what is sent. Counts while a write waits for it; 0B/s: no limit.",
               between(0, 1'000'000'000)),
        option("grace", &Self::grace, "How long it may be slower before the connection is ended with `min_rate`.",
               between(std::chrono::seconds(1), std::chrono::hours(1))));
  }

  friend bool operator==(const MinRate&, const MinRate&) = default;
};

}  // namespace portico
