#pragma once

#include <portico/length_prefix.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Where one message ends and the next begins. Pure: bytes in, an answer out; no I/O, no allocation. frames.hpp puts
// these over a connection. Constructors throw std::invalid_argument for a size of 0 or above max_message_size.
namespace portico {

inline constexpr std::size_t max_message_size = std::size_t{512} << 20;

// What stands at the front of the bytes that a parser was given.
struct FrameStep {
  enum class State : std::uint8_t { incomplete, message, too_long, malformed };

  State state = State::incomplete;
  std::size_t needed = 0;       // incomplete: how many bytes, old ones included, must be there to ask again
  std::string_view message{};   // message: its bytes without the framing, a part of the bytes given
  std::size_t size = 0;         // message: how many bytes it takes up, framing included
  std::uint64_t announced = 0;  // too_long, malformed: the length that a prefix names
};

// Each parser answers two questions. parse(bytes, seen): what is at the front of `bytes`? `seen` is how many of them an
// earlier call found incomplete; they are not searched again, so a message costs the same whole or byte by byte.
// finish(rest): what are the bytes (at least one) that the end of the input leaves over?

// Lines of at most `maximum` bytes, ended by LF or CRLF (as RFC 9112 section 2.2 allows), which is neither counted nor
// part of the message. A lone CR is text. The last line may lack its end, as for std::getline.
// Where CRLF alone may end a line (RFC 5321 section 2.3.8), DelimiterParser is right.
class LineParser {
 public:
  explicit LineParser(std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view rest) const;
  std::size_t maximum() const { return maximum_; }

 private:
  std::size_t maximum_;
};

// Messages of at most `maximum` bytes, each followed by `delimiter` (1 byte or more). The last one may lack it.
class DelimiterParser {
 public:
  DelimiterParser(std::string delimiter, std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view rest) const;
  std::size_t maximum() const { return maximum_; }

 private:
  std::string delimiter_;
  std::size_t maximum_;
};

// Messages of at most `maximum` bytes behind a length. One that is too long is refused when its prefix is there; a
// length that counts itself and is smaller than itself is malformed.
class LengthPrefixParser {
 public:
  LengthPrefixParser(const LengthPrefix& format, std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view rest) const { return parse(rest); }
  std::size_t maximum() const { return maximum_; }

 private:
  LengthPrefix format_;
  std::size_t maximum_;
};

// Messages of exactly `size` bytes.
class FixedSizeParser {
 public:
  explicit FixedSizeParser(std::size_t size);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view rest) const { return parse(rest); }
  std::size_t maximum() const { return size_; }

 private:
  std::size_t size_;
};

}  // namespace portico
