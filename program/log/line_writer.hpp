#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace portico {

// The end of a stream of bytes, such as standard error.
class LineTarget {
 public:
  virtual ~LineTarget() = default;

  // Returns how many bytes were written before an error that stays.
  virtual std::size_t write_some(std::string_view text) = 0;

  // Removes the last `bytes` of a file, as long as they are still the last. Returns false if they stay: in a pipe, or
  // if another process has written meanwhile.
  virtual bool take_back(std::size_t bytes) = 0;
};

// Writer of lines, each whole or not at all, as on a full disk: what was written of it is taken back, or, where that is
// impossible, the next line begins on a new one.
//
//     LineWriter write(std::make_shared<StderrTarget>());
//     if (!write("a line\n")) ++lost;
class LineWriter {
 public:
  explicit LineWriter(std::shared_ptr<LineTarget> target);

  bool operator()(std::string_view line);  // returns false if the line was not written

 private:
  std::shared_ptr<LineTarget> target_;  // shared, so that the writer can be a std::function
  bool has_part_of_a_line_ = false;
};

}  // namespace portico
