#pragma once

#include <portico/options/values.hpp>

#include <algorithm>
#include <chrono>

namespace portico {

// A token bucket: `rate.count` at once at most, and as many again in each `rate.per`. Kept as the time at which the
// bucket would be full again (the generic cell rate algorithm, ITU-T I.371), so that it needs no refilling.
// A plain value; the clock is the caller's.
class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit RateLimit(const Rate& rate) : each_(Duration(rate.per) / rate.count), burst_(Duration(rate.per) - each_) {}

  // How long until there is a token.
  Duration wait(TimePoint now) const { return std::max(Duration(0), full_at_ - burst_ - now); }

  // Takes the next token, which may be one that is not there yet.
  void take(TimePoint now) { full_at_ = std::max(full_at_, now) + each_; }

 private:
  Duration each_;
  Duration burst_;
  TimePoint full_at_{};
};

}  // namespace portico
