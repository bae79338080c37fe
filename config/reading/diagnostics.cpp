#include "config/reading/diagnostics.hpp"

#include "config/json/position.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace portico {

void Diagnostics::add(std::size_t offset, std::string path, std::string message) {
  if (problems_.size() < most) {
    problems_.push_back({offset, std::move(path), std::move(message)});
  } else {
    ++not_kept_;
  }
}

void Diagnostics::warn(std::size_t offset, std::string path, std::string message) {
  warnings_.push_back({offset, std::move(path), std::move(message)});
}

bool Diagnostics::any_within(const std::string& path) const {
  return std::any_of(problems_.begin(), problems_.end(),
                     [&](const Diagnostic& found) { return is_within(found.path, path); });
}

std::vector<Problem> Diagnostics::problems(const std::string& file, const LineIndex& lines) const {
  std::vector<Problem> all = in_order(problems_, file, lines);
  if (not_kept_ > 0) all.push_back({file, 0, 0, {}, fmt::format("and {} more problems", not_kept_)});
  return all;
}

std::vector<Problem> Diagnostics::warnings(const std::string& file, const LineIndex& lines) const {
  return in_order(warnings_, file, lines);
}

std::vector<Problem> Diagnostics::in_order(std::vector<Diagnostic> found, const std::string& file,
                                           const LineIndex& lines) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Diagnostic& left, const Diagnostic& right) { return left.offset < right.offset; });
  std::vector<Problem> all;
  for (Diagnostic& finding : found) {
    const Position position = lines.at(finding.offset);
    all.push_back({file, position.line, position.column, std::move(finding.path), std::move(finding.message)});
  }
  return all;
}

}  // namespace portico
