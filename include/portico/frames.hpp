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

// The messages of a connection, one after another: Lines, Delimited, LengthPrefixed and FixedSize (below) are these.
// Made by a session for its connection.
//
//     portico::Lines lines(connection, 4096);
//     while (auto line = co_await lines.next()) co_await connection.write(*line, "\n");
//
// Until a message is whole its bytes stay unread in the connection: a stopping server lets it be completed, and
// another framing or read() can take over between any two messages.
template <typename Parser>
class Framed {
 public:
  Framed(Connection& connection, Parser parser) : connection_(connection), parser_(std::move(parser)) {}

  // The next message without its framing, valid until the next read of any kind; nothing at the end of input. Throws
  // ConnectionError: message_too_long, handler_error for a malformed length, peer_reset for an end inside a message,
  // except that a last line or delimited message may lack its end; and what Connection::fill() throws.
  asio::awaitable<std::optional<std::string_view>> next();

  // The next message if all of it has arrived, without waiting; for answering several with one write. Nothing says
  // only that next() would wait. Throws as next() does.
  std::optional<std::string_view> buffered();

  // False when the end of input stood for the end of the last line or delimited message.
  bool terminated() const { return terminated_; }

 private:
  std::optional<std::string_view> take(const FrameStep& step);
  std::optional<std::string_view> take_rest(std::string_view rest);

  Connection& connection_;
  Parser parser_;
  bool terminated_ = true;
};

extern template class Framed<LineParser>;
extern template class Framed<DelimiterParser>;
extern template class Framed<LengthPrefixParser>;
extern template class Framed<FixedSizeParser>;

// What each one reads, and what its constructor throws, is said of its parser in framing.hpp.

class Lines : public Framed<LineParser> {
 public:
  Lines(Connection& connection, std::size_t maximum) : Framed(connection, LineParser(maximum)) {}
};

class Delimited : public Framed<DelimiterParser> {
 public:
  Delimited(Connection& connection, std::string delimiter, std::size_t maximum)
      : Framed(connection, DelimiterParser(std::move(delimiter), maximum)) {}
};

class LengthPrefixed : public Framed<LengthPrefixParser> {
 public:
  LengthPrefixed(Connection& connection, const LengthPrefix& format, std::size_t maximum)
      : Framed(connection, LengthPrefixParser(format, maximum)) {}
};

class FixedSize : public Framed<FixedSizeParser> {
 public:
  FixedSize(Connection& connection, std::size_t size) : Framed(connection, FixedSizeParser(size)) {}
};

}  // namespace portico
