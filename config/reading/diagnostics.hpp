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

// Everything found while one file is read, by the place it stands at.
class Diagnostics {
 public:
  // Beyond so many, problems are only counted: nobody reads them, and a hostile file must not cost memory.
  static constexpr std::size_t most = 1000;

  void add(std::size_t offset, const Path& path, std::string message) { add(offset, path.text(), std::move(message)); }
  void add(std::size_t offset, std::string path, std::string message);
  void warn(std::size_t offset, std::string path, std::string message);

  std::size_t count() const { return problems_.size() + not_kept_; }

  // Whether something is wrong at `path` or inside of what stands there.
  bool any_within(const std::string& path) const;

  // In file order, with lines and columns.
  std::vector<Problem> problems(const std::string& file, const LineIndex& lines) const;
  std::vector<Problem> warnings(const std::string& file, const LineIndex& lines) const;

 private:
  struct Diagnostic {
    std::size_t offset;
    std::string path;
    std::string message;
  };
  static std::vector<Problem> in_order(std::vector<Diagnostic> found, const std::string& file, const LineIndex& lines);

  std::vector<Diagnostic> problems_;
  std::vector<Diagnostic> warnings_;
  std::size_t not_kept_ = 0;
};

}  // namespace portico
