#pragma once

#include <portico/length_prefix.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Framing rules as pure parsers: bytes in, an answer out; no I/O, no allocation. Sessions use them through the classes
// of frames.hpp; use a parser directly for bytes from elsewhere:
//
//     const portico::LineParser parser(4096);
//     auto step = parser.parse(bytes);
//     for (; step.state == portico::FrameStep::State::message; step = parser.parse(bytes)) {
//       handle(step.message);
//       bytes.remove_prefix(step.size);
//     }
//
// Sizes are in bytes. Constructors throw std::invalid_argument for a size of 0 or above max_message_size. Parsers are
// immutable: any thread.
namespace portico {

inline constexpr std::size_t max_message_size = std::size_t{512} << 20;

// Answer of a parser: the state of the message at the front of the bytes that it was given.
struct FrameStep {
  enum class State : std::uint8_t { incomplete, message, too_long, malformed };

  State state = State::incomplete;
  std::size_t needed = 0;      // incomplete: minimum number of bytes, old ones included, that may change the answer
  std::string_view message{};  // message: without its framing; a part of the bytes that were given
  std::size_t size = 0;        // message: the bytes it takes up, framing included
  std::uint64_t declared = 0;  // too_long, malformed: the length in the prefix
};

// Every parser has two functions.
// parse(bytes, seen) examines the front of `bytes`. `seen` is how many of them an earlier call found incomplete: they
// are not searched again, so a message costs the same whether it arrives whole or byte by byte.
// finish(tail) examines the bytes (at least one) that are left over at the end of input.

// Lines of at most `maximum` bytes, ended by LF or CRLF (as RFC 9112 section 2.2 allows). The line end is neither
// counted nor part of the message; a lone CR is data. The last line may lack its end, as for std::getline.
// Use DelimiterParser where only CRLF may end a line (RFC 5321 section 2.3.8).
class LineParser {
 public:
  explicit LineParser(std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view tail) const;
  std::size_t maximum() const { return maximum_; }

 private:
  std::size_t maximum_;
};

// Messages of at most `maximum` bytes, each followed by `delimiter` (1 byte to max_message_size, or
// std::invalid_argument), which is not part of the message. The last message may lack it.
class DelimiterParser {
 public:
  DelimiterParser(std::string delimiter, std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view tail) const;
  std::size_t maximum() const { return maximum_; }

 private:
  std::string delimiter_;
  std::size_t maximum_;
};

// Messages of at most `maximum` bytes, each preceded by its length. A message that is too long is reported as soon as
// its prefix has arrived. A length that includes the prefix but is smaller than it is malformed.
class LengthPrefixParser {
 public:
  LengthPrefixParser(const LengthPrefix& format, std::size_t maximum);
  FrameStep parse(std::string_view bytes, std::size_t seen = 0) const;
  FrameStep finish(std::string_view tail) const { return parse(tail); }
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
  FrameStep finish(std::string_view tail) const { return parse(tail); }
  std::size_t maximum() const { return size_; }

 private:
  std::size_t size_;
};

}  // namespace portico
