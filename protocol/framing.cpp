#include <portico/framing.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace portico {
namespace {

FrameStep incomplete(std::size_t needed) { return {.needed = needed}; }

FrameStep complete(std::string_view message, std::size_t size) {
  return {.state = FrameStep::State::message, .message = message, .size = size};
}

FrameStep too_long(std::uint64_t declared = 0) { return {.state = FrameStep::State::too_long, .declared = declared}; }

// Result for the bytes left over at EOF, where EOF may replace the line end or delimiter.
FrameStep tail_as_message(std::string_view tail, std::size_t maximum) {
  return tail.size() > maximum ? too_long() : complete(tail, tail.size());
}

std::size_t checked_size(std::size_t size) {
  if (size == 0 || size > max_message_size)
    throw std::invalid_argument(
        fmt::format("a message size must be between 1 and {}, but is {}", max_message_size, size));
  return size;
}

}  // namespace

LineParser::LineParser(std::size_t maximum) : maximum_(checked_size(maximum)) {}

FrameStep LineParser::parse(std::string_view bytes, std::size_t seen) const {
  // The longest line is followed by CR and LF. A line end beyond them would come too late, so it is not searched for.
  bytes = bytes.substr(0, maximum_ + 2);
  const std::size_t end = bytes.find('\n', seen);
  if (end != bytes.npos) {
    const std::size_t length = end > 0 && bytes[end - 1] == '\r' ? end - 1 : end;
    return length > maximum_ ? too_long() : complete(bytes.substr(0, length), end + 1);
  }
  const std::size_t length = bytes.ends_with('\r') ? bytes.size() - 1 : bytes.size();
  return length > maximum_ ? too_long() : incomplete(bytes.size() + 1);
}

FrameStep LineParser::finish(std::string_view tail) const { return tail_as_message(tail, maximum_); }

DelimiterParser::DelimiterParser(std::string delimiter, std::size_t maximum)
    : delimiter_(std::move(delimiter)), maximum_(checked_size(maximum)) {
  if (delimiter_.empty()) throw std::invalid_argument("a delimiter must not be empty");
  if (delimiter_.size() > max_message_size)
    throw std::invalid_argument("a delimiter must not be longer than any message");
}

FrameStep DelimiterParser::parse(std::string_view bytes, std::size_t seen) const {
  bytes = bytes.substr(0, maximum_ + delimiter_.size());
  // The bytes already seen contain no complete delimiter, but the last of them may begin one.
  const std::size_t begun = std::min(seen, delimiter_.size() - 1);
  const std::size_t end = bytes.find(delimiter_, seen - begun);
  if (end != bytes.npos) return complete(bytes.substr(0, end), end + delimiter_.size());
  if (bytes.size() <= maximum_) return incomplete(bytes.size() + 1);
  // Beyond the maximum, the message is valid only if its delimiter has begun in time.
  std::size_t start = bytes.size() - std::min(bytes.size(), delimiter_.size() - 1);
  for (; start <= maximum_; ++start)
    if (delimiter_.starts_with(bytes.substr(start))) return incomplete(bytes.size() + 1);
  return too_long();
}

FrameStep DelimiterParser::finish(std::string_view tail) const { return tail_as_message(tail, maximum_); }

LengthPrefixParser::LengthPrefixParser(const LengthPrefix& format, std::size_t maximum)
    : format_(format), maximum_(checked_size(maximum)) {
  format_.check();
}

FrameStep LengthPrefixParser::parse(std::string_view bytes, std::size_t) const {
  if (bytes.size() < format_.size) return incomplete(format_.size);
  std::uint64_t length = format_.read(bytes);
  if (format_.includes_prefix) {
    if (length < format_.size) return {.state = FrameStep::State::malformed, .declared = length};
    length -= format_.size;
  }
  if (length > maximum_) return too_long(length);
  // `length` is at most max_message_size here, so it fits a 32-bit size_t too, and the sum cannot overflow.
  const std::size_t whole = format_.size + static_cast<std::size_t>(length);
  if (bytes.size() < whole) return incomplete(whole);
  return complete(bytes.substr(format_.size, whole - format_.size), whole);
}

FixedSizeParser::FixedSizeParser(std::size_t size) : size_(checked_size(size)) {}

FrameStep FixedSizeParser::parse(std::string_view bytes, std::size_t) const {
  return bytes.size() < size_ ? incomplete(size_) : complete(bytes.substr(0, size_), size_);
}

}  // namespace portico
