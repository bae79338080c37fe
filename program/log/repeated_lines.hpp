#pragma once

#include "program/log/log_line.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// Keeps what happens again and again from filling the log. The first of a kind is written at once; those that follow
// within a second are counted and told by one line, the last one's, with `count`; so the counts add up to what
// happened. A plain value: the lock and the clock are the caller's.
class RepeatedLines {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds period{1};

  struct Line {
    LogLevel level;
    std::string text;
  };

  // One more of the kind `key`; `line` lacks only its count. What is to be written now, if anything.
  std::optional<Line> add(const std::string& key, LogLevel level, LogLine line, TimePoint now);

  // What has been counted and not told for a period; with `all`, whatever has not been told.
  std::vector<Line> due(TimePoint now, bool all = false);

 private:
  struct Kind {
    LogLevel level;
    LogLine line;
    TimePoint told;
    std::uint64_t untold = 0;

    Line tell(TimePoint now);
  };

  std::map<std::string, Kind> kinds_;  // an endpoint and a cause each, so there are few
};

}  // namespace portico
