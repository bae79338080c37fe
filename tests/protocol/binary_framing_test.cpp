#include "tests/support/parse_every_way.hpp"

#include <portico/framing.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace portico {
namespace {

using namespace std::literals;
using test::complete;
using test::Messages;
using test::Outcome;
using test::parse_every_way;
using test::State;

const std::vector<LengthPrefix> every_prefix = [] {
  std::vector<LengthPrefix> all;
  for (const std::uint8_t size : std::array<std::uint8_t, 4>{1, 2, 4, 8})
    for (const auto order : {std::endian::big, std::endian::little})
      for (const bool includes_prefix : {false, true}) all.push_back({size, order, includes_prefix});
  return all;
}();

std::string framed(const LengthPrefix& format, const std::string& body) {
  return std::string(std::string_view(EncodedPrefix(format, body.size()))) + body;
}

TEST(LengthPrefixTest, WritesTheLengthInEverySizeAndOrder) {
  const auto bytes = [](const LengthPrefix& format, std::uint64_t length) {
    return std::string(std::string_view(EncodedPrefix(format, length)));
  };
  EXPECT_EQ(bytes({1, std::endian::big}, 255), "\xFF");
  EXPECT_EQ(bytes({2, std::endian::big}, 0x1234), "\x12\x34");
  EXPECT_EQ(bytes({2, std::endian::little}, 0x1234), "\x34\x12");
  EXPECT_EQ(bytes({4, std::endian::big}, 0x12345678), "\x12\x34\x56\x78");
  EXPECT_EQ(bytes({4, std::endian::little}, 0), "\0\0\0\0"s);
  EXPECT_EQ(bytes({8, std::endian::big}, 0x0102030405060708), "\1\2\3\4\5\6\7\x08");
  EXPECT_EQ(bytes({8, std::endian::little}, 0x0102030405060708), "\x08\7\6\5\4\3\2\1");
  EXPECT_EQ(bytes({4, std::endian::big, true}, 6), "\0\0\0\x0A"s);
}

TEST(LengthPrefixTest, ALengthThatDoesNotFitIsRejected) {
  EXPECT_THROW(EncodedPrefix({1}, 256), std::length_error);
  EXPECT_THROW(EncodedPrefix({2}, 65536), std::length_error);
  EXPECT_THROW(EncodedPrefix({4}, std::uint64_t{1} << 32), std::length_error);
  EXPECT_THROW(EncodedPrefix({8, std::endian::big, true}, std::numeric_limits<std::uint64_t>::max()),
               std::length_error);
  EXPECT_THROW(EncodedPrefix({3}, 1), std::invalid_argument);
  for (const auto& format : every_prefix)
    EXPECT_EQ(format.read(EncodedPrefix(format, format.max_length())),
              format.max_length() + (format.includes_prefix ? format.size : 0U));
}

TEST(LengthPrefixTest, AnImpossibleSizeIsRejectedByEveryFunction) {
  for (const int size : {0, 3, 5, 9, 255}) {
    const LengthPrefix format{static_cast<std::uint8_t>(size)};
    EXPECT_THROW((void)format.max_length(), std::invalid_argument) << size;
    EXPECT_THROW((void)format.read(std::string(256, 'x')), std::invalid_argument) << size;
    EXPECT_THROW(EncodedPrefix(format, 1), std::invalid_argument) << size;
  }
  EXPECT_THROW((void)LengthPrefix{4}.read("abc"), std::invalid_argument);
}

TEST(LengthPrefixParserTest, ReadsWhatEncodedPrefixWrites) {
  for (const auto& format : every_prefix) {
    const Messages messages{"", "x", "NUL \0 inside"s, "\r\n"};
    std::string input;
    for (const auto& message : messages) input += framed(format, message);
    EXPECT_EQ(parse_every_way(LengthPrefixParser(format, 100), input), complete(messages));
  }
}

TEST(LengthPrefixParserTest, AMessageMayReachTheMaximumButNotExceedIt) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, 4);
    EXPECT_EQ(parse_every_way(parser, framed(format, "four")), complete({"four"}));
    const Outcome refused = parse_every_way(parser, framed(format, "four") + framed(format, "fives"));
    EXPECT_EQ(refused.messages, Messages{"four"});
    EXPECT_EQ(refused.end, State::too_long);
  }
}

TEST(LengthPrefixParserTest, ALengthAboveTheMaximumIsRejectedWithItsPrefix) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, 4);
    const std::string prefix(format.size, '\xFF');
    const FrameStep before = parser.parse(prefix.substr(1));
    EXPECT_EQ(before.state, State::incomplete);
    EXPECT_EQ(before.needed, format.size);
    const FrameStep step = parser.parse(prefix);
    EXPECT_EQ(step.state, State::too_long);
    EXPECT_EQ(step.declared, format.max_length());
  }
}

TEST(LengthPrefixParserTest, LengthsNearIntegerLimitsAreRejectedOrRequestedExactly) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, max_message_size);
    for (const std::uint64_t base :
         {std::uint64_t{0xFF}, std::uint64_t{0xFFFF}, std::uint64_t{max_message_size}, std::uint64_t{0x7FFFFFFF},
          std::uint64_t{0xFFFFFFFF}, std::uint64_t{0x7FFFFFFFFFFFFFFF}, std::uint64_t{0xFFFFFFFFFFFFFFFE}}) {
      for (const std::uint64_t length : {base - 1, base, base + 1}) {
        if (length > format.max_length()) continue;
        const FrameStep step = parser.parse(EncodedPrefix(format, length));
        if (length <= max_message_size) {
          EXPECT_EQ(step.state, State::incomplete) << length;
          EXPECT_EQ(step.needed, length + format.size) << length;
        } else {
          EXPECT_EQ(step.state, State::too_long) << length;
          EXPECT_EQ(step.declared, length);
        }
      }
    }
  }
}

TEST(LengthPrefixParserTest, ALengthSmallerThanItsPrefixIsMalformed) {
  for (const auto& format : every_prefix) {
    if (!format.includes_prefix) continue;
    std::string prefix(format.size, '\0');
    const std::size_t lowest = format.order == std::endian::little ? 0 : prefix.size() - 1;
    for (prefix[lowest] = 0; prefix[lowest] < static_cast<char>(format.size); ++prefix[lowest]) {
      const FrameStep step = LengthPrefixParser(format, 4).parse(prefix);
      EXPECT_EQ(step.state, State::malformed);
      EXPECT_EQ(step.declared, static_cast<std::uint64_t>(prefix[lowest]));
    }
    EXPECT_EQ(parse_every_way(LengthPrefixParser(format, 4), prefix), complete({""}));
  }
}

TEST(FixedSizeParserTest, MessagesFollowEachOtherDirectly) {
  EXPECT_EQ(parse_every_way(FixedSizeParser(3), "abc\0\r\nxy"sv), (Outcome{{"abc", "\0\r\n"s}, State::incomplete, 2}));
  EXPECT_EQ(parse_every_way(FixedSizeParser(1), "ab"), complete({"a", "b"}));
}

TEST(FramingTest, APartialBinaryMessageAtEofIsIncomplete) {
  EXPECT_EQ(FixedSizeParser(3).finish("ab").state, State::incomplete);
  const LengthPrefixParser parser({2}, 10);
  EXPECT_EQ(parser.finish("\0"sv).needed, 2U);
  EXPECT_EQ(parser.finish("\0\5ab"sv).needed, 7U);
}

TEST(FramingTest, InvalidSizesAreRejected) {
  for (const std::size_t size : {std::size_t{0}, max_message_size + 1, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_THROW(LineParser{size}, std::invalid_argument);
    EXPECT_THROW(DelimiterParser(";", size), std::invalid_argument);
    EXPECT_THROW(LengthPrefixParser({}, size), std::invalid_argument);
    EXPECT_THROW(FixedSizeParser{size}, std::invalid_argument);
  }
  EXPECT_THROW(DelimiterParser("", 10), std::invalid_argument);
  for (const std::uint8_t size : std::array<std::uint8_t, 5>{0, 3, 5, 16, 255})
    EXPECT_THROW(LengthPrefixParser({size}, 10), std::invalid_argument);
}

TEST(FramingTest, TheLargestMaximumWorks) {
  EXPECT_EQ(parse_every_way(LineParser(max_message_size), "a\r\n"), complete({"a"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("; ", max_message_size), "a; "), complete({"a"}));
}

}  // namespace
}  // namespace portico
