#include "config/reading/diagnostics.hpp"

#include "config/json/position.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace portico {

void Diagnostics::add(std::size_t offset, const Path& path, std::string message) {
  if (problems_.size() < max_kept) {
    problems_.push_back({offset, path.text(), path.key(), std::move(message)});
  } else {
    ++dropped_;
  }
}

void Diagnostics::warn(std::size_t offset, const Path& path, std::string message) {
  warnings_.push_back({offset, path.text(), path.key(), std::move(message)});
}

bool Diagnostics::has_error_at(const Path& path) const {
  return std::any_of(problems_.begin(), problems_.end(),
                     [&](const Diagnostic& diagnostic) { return diagnostic.path_key.starts_with(path.key()); });
}

std::vector<Problem> Diagnostics::problems(const std::string& file, const LineIndex& lines) const {
  std::vector<Problem> all = sorted(problems_, file, lines);
  if (dropped_ > 0) all.push_back({file, 0, 0, {}, fmt::format("and {} more problems", dropped_)});
  return all;
}

std::vector<Problem> Diagnostics::warnings(const std::string& file, const LineIndex& lines) const {
  return sorted(warnings_, file, lines);
}

std::vector<Problem> Diagnostics::sorted(std::vector<Diagnostic> diagnostics, const std::string& file,
                                         const LineIndex& lines) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& left, const Diagnostic& right) { return left.offset < right.offset; });
  std::vector<Problem> all;
  for (Diagnostic& diagnostic : diagnostics) {
    const Position position = lines.at(diagnostic.offset);
    all.push_back({file, position.line, position.column, std::move(diagnostic.path), std::move(diagnostic.message)});
  }
  return all;
}

}  // namespace portico
