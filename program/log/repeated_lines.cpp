#include "program/log/repeated_lines.hpp"

#include <utility>

namespace portico {

RepeatedLines::Line RepeatedLines::Kind::tell(TimePoint now) {
  told = now;
  return {level, line.add("count", std::exchange(untold, 0)).take()};
}

std::optional<RepeatedLines::Line> RepeatedLines::add(const std::string& key, LogLevel level, LogLine line,
                                                      TimePoint now) {
  const auto [place, is_new] = kinds_.try_emplace(key, Kind{level, line, now});
  auto& kind = place->second;
  kind.level = level;
  kind.line = std::move(line);
  ++kind.untold;
  if (!is_new && now < kind.told + period) return std::nullopt;
  return kind.tell(now);
}

std::vector<RepeatedLines::Line> RepeatedLines::due(TimePoint now, bool all) {
  std::vector<Line> lines;
  for (auto& [key, kind] : kinds_)
    if (kind.untold != 0 && (all || now >= kind.told + period)) lines.push_back(kind.tell(now));
  return lines;
}

}  // namespace portico
