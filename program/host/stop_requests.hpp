#pragma once

#include <chrono>

namespace portico {

// Counts stop requests. The same one may come twice: from a supervisor that signals a process and then its group, or
// from a container engine and a script. A plain value.
class StopRequests {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Requests that come within this time after the first are the same one.
  static constexpr std::chrono::milliseconds same_wish{500};

  // Returns 1 for the first request, 2 for the second, and so on; 0 if it is the first one again.
  int add(TimePoint now) {
    if (count_ == 0) first_ = now;
    if (count_ == 1 && now - first_ < same_wish) return 0;
    return ++count_;
  }

 private:
  int count_ = 0;
  TimePoint first_{};
};

}  // namespace portico
