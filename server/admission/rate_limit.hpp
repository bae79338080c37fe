#pragma once

#include <portico/options/values.hpp>

#include <algorithm>
#include <chrono>

namespace portico {

// A token bucket of `rate.count` tokens that refills in `rate.per`. Its state is the time at which the bucket is full
// again (the generic cell rate algorithm, ITU-T I.371), so that it needs no refilling. A plain value; the caller passes
// the time.
class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit RateLimit(const Rate& rate)
      : interval_(Duration(rate.per) / rate.count), burst_(Duration(rate.per) - interval_) {}

  // Returns the time until a token is available; zero: now.
  Duration delay(TimePoint now) const { return std::max(Duration(0), full_at_ - burst_ - now); }

  // Consumes the next token, which may be one that is not available yet.
  void consume(TimePoint now) { full_at_ = std::max(full_at_, now) + interval_; }

 private:
  Duration interval_;
  Duration burst_;
  TimePoint full_at_{};
};

}  // namespace portico
