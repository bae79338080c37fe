#pragma once

#include "program/log/log_line.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// Keeps repeated events from filling the log. The first line of a group is written immediately; those that follow
// within a second are counted, and one line represents them: the last one, with `count`. So the counts add up to the
// number of events. A plain value: the caller provides the lock and the clock.
class RepeatedLines {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds period{1};

  struct Line {
    LogLevel level;
    std::string text;
  };

  // Counts one more event of the group `key`. `line` is complete except for its count. Returns the line to write now,
  // if there is one.
  std::optional<Line> add(const std::string& key, LogLevel level, LogLine line, TimePoint now);

  // Returns the lines of the groups whose period is over; with `all`, of every group that has events without a line.
  std::vector<Line> expired(TimePoint now, bool all = false);

 private:
  struct Group {
    LogLevel level;
    LogLine line;
    TimePoint last_emitted;
    std::uint64_t pending = 0;  // events without a line

    Line emit(TimePoint now);
  };

  std::map<std::string, Group> groups_;  // one for each endpoint and cause, so there are few
};

}  // namespace portico
