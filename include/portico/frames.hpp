#pragma once

#include <portico/connection.hpp>
#include <portico/framing.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

// Reader of the messages of one connection. Sessions use it as Lines, Delimited, LengthPrefixed or FixedSize (below),
// on the thread of the connection, which must outlive it. Sizes are in bytes.
//
//     portico::Lines lines(connection, 4096);
//     while (auto line = co_await lines.next()) co_await connection.write(*line, "\n");
//
// Bytes of an incomplete message stay unread in the connection. So a stopping server lets the message be completed, and
// another framing, or Connection::read(), may read what follows any message.
template <typename Parser>
class Framed {
 public:
  Framed(Connection& connection, Parser parser) : connection_(connection), parser_(std::move(parser)) {}

  // Returns the next message without its framing, valid until the next read of any kind; nothing at the end of input.
  // Throws ConnectionError: message_too_long; handler_error for a malformed length; peer_reset for an EOF inside a
  // message (a last line or delimited message may lack its end). Also throws what Connection::fill() throws.
  asio::awaitable<std::optional<std::string_view>> next();

  // Returns the next message if all of it has arrived, without waiting; nothing means only that next() would wait.
  // Throws as next() does. For answering several messages with one write:
  //
  //     while (auto line = co_await lines.next()) {
  //       std::string answers;
  //       for (; line; line = lines.buffered()) answers += answer(*line);
  //       co_await connection.write(answers);
  //     }
  std::optional<std::string_view> buffered();

  // Returns false if the last message was ended by EOF instead of its line end or delimiter.
  bool terminated() const { return terminated_; }

 private:
  std::optional<std::string_view> consume_frame(const FrameStep& step);
  std::optional<std::string_view> take_final(std::string_view tail);

  Connection& connection_;
  Parser parser_;
  bool terminated_ = true;
};

extern template class Framed<LineParser>;
extern template class Framed<DelimiterParser>;
extern template class Framed<LengthPrefixParser>;
extern template class Framed<FixedSizeParser>;

// The four framings. framing.hpp documents the messages, and the errors of the constructor, with each parser.

// Lines that LF or CRLF ends: LineParser.
class Lines : public Framed<LineParser> {
 public:
  Lines(Connection& connection, std::size_t maximum) : Framed(connection, LineParser(maximum)) {}
};

// Messages that a delimiter ends, such as "\r\n" or "\0": DelimiterParser.
class Delimited : public Framed<DelimiterParser> {
 public:
  Delimited(Connection& connection, std::string delimiter, std::size_t maximum)
      : Framed(connection, DelimiterParser(std::move(delimiter), maximum)) {}
};

// Messages that their length precedes: LengthPrefixParser.
class LengthPrefixed : public Framed<LengthPrefixParser> {
 public:
  LengthPrefixed(Connection& connection, const LengthPrefix& format, std::size_t maximum)
      : Framed(connection, LengthPrefixParser(format, maximum)) {}
};

// Messages that all have the same size: FixedSizeParser.
class FixedSize : public Framed<FixedSizeParser> {
 public:
  FixedSize(Connection& connection, std::size_t size) : Framed(connection, FixedSizeParser(size)) {}
};

}  // namespace portico
