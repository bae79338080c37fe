#include "config/reading/problem.hpp"

#include <fmt/format.h>

namespace portico {

std::string to_string(const Problem& problem, std::string_view kind) {
  std::string text = problem.file;
  if (problem.line != 0) text += fmt::format(":{}:{}", problem.line, problem.column);
  if (!kind.empty()) text += fmt::format(": {}", kind);
  if (!problem.path.empty()) text += fmt::format(": {}", problem.path);
  return text + ": " + problem.message;
}

}  // namespace portico
