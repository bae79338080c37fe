#include <portico/frames.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace portico {
namespace {

// Bytes requested at first: as many as a pooled input buffer holds. Later requests are at most twice what has arrived,
// so that a length that a peer only declares costs no memory.
constexpr std::size_t first_request = 16 * 1024;

std::string too_long(const LineParser& parser, const FrameStep&) {
  return fmt::format("line longer than {} bytes", parser.maximum());
}

std::string too_long(const LengthPrefixParser& parser, const FrameStep& step) {
  return fmt::format("message of {} bytes announced, at most {} allowed", step.declared, parser.maximum());
}

template <typename Parser>
std::string too_long(const Parser& parser, const FrameStep&) {
  return fmt::format("message longer than {} bytes", parser.maximum());
}

}  // namespace

template <typename Parser>
asio::awaitable<std::optional<std::string_view>> Framed<Parser>::next() {
  std::string_view bytes = connection_.unread();
  std::size_t seen = 0;
  for (;;) {
    const FrameStep step = parser_.parse(bytes, seen);
    if (step.state != FrameStep::State::incomplete) co_return consume_frame(step);
    seen = bytes.size();
    const std::size_t request = std::min(step.needed, std::max(first_request, 2 * seen));
    bytes = co_await connection_.fill(request);
    if (bytes.size() < request) co_return take_final(bytes);
  }
}

template <typename Parser>
std::optional<std::string_view> Framed<Parser>::buffered() {
  return consume_frame(parser_.parse(connection_.unread()));
}

// The returned view stays valid: consuming moves no bytes before the next read.
template <typename Parser>
std::optional<std::string_view> Framed<Parser>::consume_frame(const FrameStep& step) {
  switch (step.state) {
    case FrameStep::State::incomplete:
      return std::nullopt;
    case FrameStep::State::too_long:
      throw ConnectionError(EndReason::message_too_long, too_long(parser_, step));
    case FrameStep::State::malformed:
      throw ConnectionError(
          EndReason::handler_error,
          fmt::format("malformed message: its length {} is less than the size of its prefix", step.declared));
    case FrameStep::State::message:
      break;
  }
  connection_.consume(step.size);
  terminated_ = true;
  return step.message;
}

template <typename Parser>
std::optional<std::string_view> Framed<Parser>::take_final(std::string_view tail) {
  if (tail.empty()) return std::nullopt;
  const FrameStep step = parser_.finish(tail);
  if (step.state == FrameStep::State::incomplete)
    throw ConnectionError(EndReason::peer_reset,
                          fmt::format("the input ended inside a message: {} of {} bytes", tail.size(), step.needed));
  const auto message = consume_frame(step);
  terminated_ = false;
  return message;
}

template class Framed<LineParser>;
template class Framed<DelimiterParser>;
template class Framed<LengthPrefixParser>;
template class Framed<FixedSizeParser>;

}  // namespace portico
