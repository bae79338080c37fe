// Feeds arbitrary bytes to every parser, in one piece and in several, and checks the guarantees of framing.hpp.
// Input: a byte for the parser, one for its maximum, one for the size of the pieces; then the bytes that arrive. For
// libFuzzer (clang).

#include <portico/framing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using State = portico::FrameStep::State;

void require(bool condition) {
  if (!condition) std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// Returns the messages, and the last state in `end`, when `piece` bytes arrive at a time.
template <typename Parser>
std::vector<std::string> parse(const Parser& parser, std::string_view input, std::size_t piece, State& end) {
  std::vector<std::string> messages;
  std::size_t begin = 0;
  std::size_t arrived = 0;
  std::size_t seen = 0;
  for (;;) {
    const std::string_view bytes = input.substr(begin, arrived - begin);
    const portico::FrameStep step = parser.parse(bytes, seen);
    end = step.state;
    if (step.state == State::message) {
      require(step.size > 0 && step.size <= bytes.size() && inside(step.message, bytes.substr(0, step.size)));
      require(step.message.size() <= parser.maximum());
      messages.emplace_back(step.message);
      begin += step.size;
      seen = 0;
    } else if (step.state == State::incomplete) {
      require(step.needed > bytes.size() && bytes.size() < parser.maximum() + 16);
      if (arrived == input.size()) return messages;
      seen = bytes.size();
      arrived += std::min(piece, input.size() - arrived);
    } else {
      return messages;
    }
  }
}

template <typename Parser>
void check(const Parser& parser, std::string_view input, std::size_t piece) {
  State whole_end{};
  State pieces_end{};
  const auto whole = parse(parser, input, input.size() + 1, whole_end);
  const auto pieces = parse(parser, input, piece, pieces_end);
  require(whole == pieces && whole_end == pieces_end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const unsigned kind = data[0];
  const std::size_t maximum = 1 + data[1] % 64U;
  const std::size_t piece = 1 + data[2] % 8U;
  const std::string_view input(reinterpret_cast<const char*>(data) + 3, size - 3);

  portico::LengthPrefix format;
  format.size = static_cast<std::uint8_t>(1U << (kind >> 2 & 3));
  format.order = kind & 16 ? std::endian::little : std::endian::big;
  format.includes_prefix = (kind & 32) != 0;

  switch (kind & 3) {
    case 0:
      check(portico::LineParser(maximum), input, piece);
      break;
    case 1:
      check(portico::DelimiterParser(std::string("aab\n").substr(kind >> 2 & 3), maximum), input, piece);
      break;
    case 2:
      check(portico::LengthPrefixParser(format, maximum), input, piece);
      break;
    default:
      check(portico::FixedSizeParser(maximum), input, piece);
      break;
  }
  return 0;
}
