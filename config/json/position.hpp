#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace portico {

// Position in a text as editors show it.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;  // in characters (code points of UTF-8)
};

// Turns byte offsets into positions. Keeps a view of the text.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  Position at(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace portico
