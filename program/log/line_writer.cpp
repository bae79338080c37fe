#include "program/log/line_writer.hpp"

#include <string>
#include <utility>

namespace portico {

LineWriter::LineWriter(std::shared_ptr<LineTarget> target) : target_(std::move(target)) {}

bool LineWriter::operator()(std::string_view line) {
  // A part of a line that could not be taken back is at least not glued to this one.
  const std::string text = has_part_of_a_line_ ? "\n" + std::string(line) : std::string();
  const auto whole = has_part_of_a_line_ ? std::string_view(text) : line;
  const auto written = target_->write_some(whole);
  if (written == whole.size()) {
    has_part_of_a_line_ = false;
    return true;
  }
  if (written > 0 && !target_->take_back(written)) has_part_of_a_line_ = true;
  return false;
}

}  // namespace portico
