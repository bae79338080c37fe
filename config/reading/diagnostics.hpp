#pragma once

#include "config/reading/path.hpp"
#include "config/reading/problem.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

class LineIndex;

// Diagnostics of one file, with positions.
class Diagnostics {
 public:
  // Further problems are only counted, so that a hostile file cannot cost memory.
  static constexpr std::size_t max_kept = 1000;

  void add(std::size_t offset, const Path& path, std::string message);
  void warn(std::size_t offset, const Path& path, std::string message);

  std::size_t count() const { return problems_.size() + dropped_; }

  // Returns true if there is an error at `path` or inside it.
  bool has_error_at(const Path& path) const;

  // Return the errors or warnings in file order, with lines and columns.
  std::vector<Problem> problems(const std::string& file, const LineIndex& lines) const;
  std::vector<Problem> warnings(const std::string& file, const LineIndex& lines) const;

 private:
  struct Diagnostic {
    std::size_t offset;
    std::string path;
    std::string path_key;
    std::string message;
  };
  static std::vector<Problem> sorted(std::vector<Diagnostic> diagnostics, const std::string& file,
                                     const LineIndex& lines);

  std::vector<Diagnostic> problems_;
  std::vector<Diagnostic> warnings_;
  std::size_t dropped_ = 0;
};

}  // namespace portico
