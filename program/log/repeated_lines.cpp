#include "program/log/repeated_lines.hpp"

#include <utility>

namespace portico {

RepeatedLines::Line RepeatedLines::Group::emit(TimePoint now) {
  last_emitted = now;
  return {level, line.add("count", std::exchange(pending, 0)).finish()};
}

std::optional<RepeatedLines::Line> RepeatedLines::add(const std::string& key, LogLevel level, LogLine line,
                                                      TimePoint now) {
  const auto [it, is_new] = groups_.try_emplace(key, Group{level, line, now});
  auto& group = it->second;
  group.level = level;
  group.line = std::move(line);
  ++group.pending;
  if (!is_new && now < group.last_emitted + period) return std::nullopt;
  return group.emit(now);
}

std::vector<RepeatedLines::Line> RepeatedLines::expired(TimePoint now, bool all) {
  std::vector<Line> lines;
  for (auto& [key, group] : groups_)
    if (group.pending != 0 && (all || now >= group.last_emitted + period)) lines.push_back(group.emit(now));
  return lines;
}

}  // namespace portico
