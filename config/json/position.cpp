#include "config/json/position.hpp"

#include <algorithm>

namespace portico {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), line_starts_{text.starts_with(byte_order_mark) ? 3u : 0u} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Position LineIndex::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  if (next == line_starts_.begin()) return {};  // before the byte order mark has ended
  const std::size_t start = *(next - 1);
  const auto line = text_.substr(start, offset - start);
  const auto is_first_byte = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  return {static_cast<std::size_t>(next - line_starts_.begin()),
          1 + static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_first_byte))};
}

}  // namespace portico
