#include <portico/frames.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace portico {
namespace {

// What is asked for at first: one pooled buffer. Then at most twice what has come, so that a length which is merely
// announced takes no memory.
constexpr std::size_t first_request = std::size_t{16} * 1024;

std::string too_long(const LineParser& parser, const FrameStep&) {
  return fmt::format("line longer than {} bytes", parser.maximum());
}

std::string too_long(const LengthPrefixParser& parser, const FrameStep& step) {
  return fmt::format("message of {} bytes announced, at most {} allowed", step.announced, parser.maximum());
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
    if (step.state != FrameStep::State::incomplete) co_return take(step);
    seen = bytes.size();
    const std::size_t request = std::min(step.needed, std::max(first_request, 2 * seen));
    bytes = co_await connection_.fill(request);
    if (bytes.size() < request) co_return take_rest(bytes);
  }
}

template <typename Parser>
std::optional<std::string_view> Framed<Parser>::buffered() {
  return take(parser_.parse(connection_.unread()));
}

// Consuming leaves the bytes where they are until something is read.
template <typename Parser>
std::optional<std::string_view> Framed<Parser>::take(const FrameStep& step) {
  switch (step.state) {
    case FrameStep::State::incomplete:
      return std::nullopt;
    case FrameStep::State::too_long:
      throw ConnectionError(EndReason::message_too_long, too_long(parser_, step));
    case FrameStep::State::malformed:
      throw ConnectionError(EndReason::handler_error,
                            fmt::format("malformed message: its length {} does not count itself", step.announced));
    case FrameStep::State::message:
      break;
  }
  connection_.consume(step.size);
  terminated_ = true;
  return step.message;
}

template <typename Parser>
std::optional<std::string_view> Framed<Parser>::take_rest(std::string_view rest) {
  if (rest.empty()) return std::nullopt;
  const FrameStep step = parser_.finish(rest);
  if (step.state == FrameStep::State::incomplete)
    throw ConnectionError(EndReason::peer_reset,
                          fmt::format("the input ended inside a message: {} of {} bytes", rest.size(), step.needed));
  const auto message = take(step);
  terminated_ = false;
  return message;
}

template class Framed<LineParser>;
template class Framed<DelimiterParser>;
template class Framed<LengthPrefixParser>;
template class Framed<FixedSizeParser>;

}  // namespace portico
