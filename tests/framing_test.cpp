#include <portico/framing.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {
namespace {

using namespace std::literals;
using State = FrameStep::State;
using Messages = std::vector<std::string>;

// What one input gives: its messages, and what ended it.
struct Outcome {
  Messages messages;
  State end = State::incomplete;
  std::size_t rest = 0;  // bytes left over where `end` was found

  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend void PrintTo(const Outcome& outcome, std::ostream* out) {
    for (const auto& message : outcome.messages) *out << testing::PrintToString(message) << ' ';
    *out << "end " << static_cast<int>(outcome.end) << " rest " << outcome.rest;
  }
};

// Parses as a reader does whose input arrives up to each of `arrivals` (rising positions) in turn.
template <typename Parser>
Outcome parse_in_steps(const Parser& parser, std::string_view input, const std::vector<std::size_t>& arrivals) {
  Outcome outcome;
  std::size_t begin = 0;
  std::size_t seen = 0;
  for (const std::size_t end : arrivals) {
    for (;;) {
      const std::string_view bytes = input.substr(begin, end - begin);
      const FrameStep step = parser.parse(bytes, seen);
      outcome.end = step.state;
      outcome.rest = bytes.size();
      if (step.state == State::too_long || step.state == State::malformed) return outcome;
      if (step.state == State::incomplete) {
        EXPECT_GT(step.needed, bytes.size()) << "a reader would ask again in vain";
        seen = bytes.size();
        break;
      }
      EXPECT_GE(bytes.data() + bytes.size(), step.message.data() + step.message.size());
      outcome.messages.emplace_back(step.message);
      begin += step.size;
      seen = 0;
    }
  }
  return outcome;
}

// The outcome of the whole input; fails if another way of arriving gives another one.
template <typename Parser>
Outcome parse_every_way(const Parser& parser, std::string_view input) {
  Outcome whole = parse_in_steps(parser, input, {input.size()});
  std::vector<std::size_t> each;
  for (std::size_t split = 0; split <= input.size(); ++split) {
    const Outcome outcome = parse_in_steps(parser, input, {split, input.size()});
    EXPECT_EQ(outcome.messages, whole.messages) << "split at " << split;
    EXPECT_EQ(outcome.end, whole.end) << "split at " << split;
    each.push_back(split);
  }
  const Outcome outcome = parse_in_steps(parser, input, each);
  EXPECT_EQ(outcome.messages, whole.messages) << "byte by byte";
  EXPECT_EQ(outcome.end, whole.end) << "byte by byte";
  return whole;
}

Outcome complete(Messages messages) { return {std::move(messages), State::incomplete, 0}; }

TEST(LineParser, LinesEndWithLfOrCrlf) {
  EXPECT_EQ(parse_every_way(LineParser(10), "one\ntwo\r\nthree\n"), complete({"one", "two", "three"}));
}

TEST(LineParser, EmptyLinesAreLines) { EXPECT_EQ(parse_every_way(LineParser(10), "\n\r\n\n"), complete({"", "", ""})); }

TEST(LineParser, ALoneCrIsText) {
  EXPECT_EQ(parse_every_way(LineParser(10), "a\rb\n\r\r\n\ra\n"), complete({"a\rb", "\r", "\ra"}));
}

TEST(LineParser, ACrBeforeTheBytesGivenIsNotTheirs) {
  const FrameStep step = LineParser(10).parse("\r\nrest"sv.substr(1));
  EXPECT_EQ(step.state, State::message);
  EXPECT_EQ(step.size, 1U);
}

TEST(LineParser, NulBytesAreText) {
  EXPECT_EQ(parse_every_way(LineParser(10), "a\0b\n\0\n"sv), complete({"a\0b"s, "\0"s}));
}

TEST(LineParser, AnIncompleteLineStays) {
  EXPECT_EQ(parse_every_way(LineParser(10), "one\ntw"), (Outcome{{"one"}, State::incomplete, 2}));
  EXPECT_EQ(parse_every_way(LineParser(10), "one\n\r"), (Outcome{{"one"}, State::incomplete, 1}));
}

TEST(LineParser, TheMaximumMayBeReached) {
  EXPECT_EQ(parse_every_way(LineParser(4), "four\nfour\r\nfour\r\n"), complete({"four", "four", "four"}));
  EXPECT_EQ(parse_every_way(LineParser(1), "a\r\n\r\n"), complete({"a", ""}));
}

TEST(LineParser, TheMaximumMustNotBePassed) {
  for (const auto input : {"fives\n"sv, "fives\r\n"sv, "fives"sv, "four\r\r\n"sv, "four\r "sv})
    EXPECT_EQ(parse_every_way(LineParser(4), input).end, State::too_long) << input;
  EXPECT_EQ(parse_every_way(LineParser(4), "ok\r\nfives\n").messages, Messages{"ok"});
}

TEST(LineParser, TooLongIsKnownWithTheFirstByteTooMany) {
  EXPECT_EQ(LineParser(4).parse("four").state, State::incomplete);
  EXPECT_EQ(LineParser(4).parse("four\r").state, State::incomplete);
  EXPECT_EQ(LineParser(4).parse("fives").state, State::too_long);
  EXPECT_EQ(LineParser(4).parse("four\rx").state, State::too_long);
}

TEST(LineParser, TheRestAtTheEndIsALineWithinTheMaximum) {
  EXPECT_EQ(LineParser(4).finish("four").message, "four");
  EXPECT_EQ(LineParser(4).finish("for\r").message, "for\r");
  EXPECT_EQ(LineParser(4).finish("four\r").state, State::too_long);
}

TEST(LineParser, BytesSeenAreNotSearchedAgain) {
  // A line end among the bytes said to be seen is not found: proof that they were not looked at.
  EXPECT_EQ(LineParser(10).parse("a\nb", 2).state, State::incomplete);
  EXPECT_EQ(LineParser(10).parse("a\nb", 1).message, "a");
}

TEST(LineParser, AMebibyteByteByByteIsLinear) {
  constexpr std::size_t length = std::size_t{1} << 20;
  const LineParser parser(length);
  const std::string line = std::string(length, 'x') + "\r\n";
  FrameStep step;
  for (std::size_t size = 0; size < line.size(); ++size) {
    step = parser.parse(std::string_view(line).substr(0, size + 1), size);
    ASSERT_EQ(step.state == State::message, size + 1 == line.size());
  }
  EXPECT_EQ(step.message.size(), length);
}

TEST(DelimiterParser, MessagesStandBeforeTheirDelimiters) {
  EXPECT_EQ(parse_every_way(DelimiterParser(";", 10), "one;two;;three;"), complete({"one", "two", "", "three"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("\r\n", 10), "a\nb\r\nc\r\r\n\r\n"), complete({"a\nb", "c\r", ""}));
  EXPECT_EQ(parse_every_way(DelimiterParser("\0"s, 10), "one\0two\0"sv), complete({"one", "two"}));
}

TEST(DelimiterParser, ADelimiterThatRepeatsItselfIsFoundAtItsFirstPlace) {
  EXPECT_EQ(parse_every_way(DelimiterParser("aab", 10), "aaab"), complete({"a"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("aa", 10), "aaaaxaa"), complete({"", "", "x"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("--END--", 20), "x--END-y--END--"), complete({"x--END-y"}));
}

TEST(DelimiterParser, TheMaximumMayBeReachedAndNotPassed) {
  for (const std::string delimiter : {"|", "\r\n", "--END--", "aab", "xx|"}) {
    const DelimiterParser parser(delimiter, 4);
    EXPECT_EQ(parse_every_way(parser, "four" + delimiter + "four" + delimiter), complete({"four", "four"}));
    EXPECT_EQ(parse_every_way(parser, "fives" + delimiter).end, State::too_long) << delimiter;
    EXPECT_EQ(parse_every_way(parser, "fives").end, State::too_long) << delimiter;
  }
}

TEST(DelimiterParser, PastTheMaximumOnlyABegunDelimiterIsWaitedFor) {
  const DelimiterParser parser("--END--", 4);
  EXPECT_EQ(parser.parse("four--EN").state, State::incomplete);
  EXPECT_EQ(parser.parse("four--EX").state, State::too_long);
  EXPECT_EQ(parser.parse("fives--END--").state, State::too_long);
  EXPECT_EQ(parser.parse("---").state, State::incomplete);
  EXPECT_EQ(parser.parse("----END--").message, "--");
}

TEST(DelimiterParser, TheRestAtTheEndIsAMessageWithinTheMaximum) {
  EXPECT_EQ(DelimiterParser("\r\n", 4).finish("for\r").message, "for\r");
  EXPECT_EQ(DelimiterParser("\r\n", 4).finish("four\r").state, State::too_long);
}

TEST(DelimiterParser, BytesSeenAreSearchedOnlyForTheBeginningOfADelimiter) {
  const DelimiterParser parser("abc", 10);
  EXPECT_EQ(parser.parse("xabc", 3).message, "x");
  EXPECT_EQ(parser.parse("abcx", 3).state, State::incomplete);
}

const std::vector<LengthPrefix> every_prefix = [] {
  std::vector<LengthPrefix> all;
  for (const std::uint8_t size : std::array<std::uint8_t, 4>{1, 2, 4, 8})
    for (const auto order : {std::endian::big, std::endian::little})
      for (const bool counts_itself : {false, true}) all.push_back({size, order, counts_itself});
  return all;
}();

std::string framed(const LengthPrefix& format, const std::string& body) {
  return std::string(std::string_view(PrefixBytes(format, body.size()))) + body;
}

TEST(LengthPrefix, WritesTheLengthInEverySizeAndOrder) {
  const auto bytes = [](const LengthPrefix& format, std::uint64_t length) {
    return std::string(std::string_view(PrefixBytes(format, length)));
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

TEST(LengthPrefix, ALengthThatDoesNotFitIsRefused) {
  EXPECT_THROW(PrefixBytes({1}, 256), std::length_error);
  EXPECT_THROW(PrefixBytes({2}, 65536), std::length_error);
  EXPECT_THROW(PrefixBytes({4}, std::uint64_t{1} << 32), std::length_error);
  EXPECT_THROW(PrefixBytes({8, std::endian::big, true}, std::numeric_limits<std::uint64_t>::max()), std::length_error);
  EXPECT_THROW(PrefixBytes({3}, 1), std::invalid_argument);
  for (const auto& format : every_prefix)
    EXPECT_EQ(format.read(PrefixBytes(format, format.largest())),
              format.largest() + (format.counts_itself ? format.size : 0U));
}

TEST(LengthPrefixParser, ReadsWhatPrefixBytesWrites) {
  for (const auto& format : every_prefix) {
    const Messages messages{"", "x", "NUL \0 inside"s, "\r\n"};
    std::string input;
    for (const auto& message : messages) input += framed(format, message);
    EXPECT_EQ(parse_every_way(LengthPrefixParser(format, 100), input), complete(messages));
  }
}

TEST(LengthPrefixParser, TheMaximumMayBeReachedAndNotPassed) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, 4);
    EXPECT_EQ(parse_every_way(parser, framed(format, "four")), complete({"four"}));
    const Outcome refused = parse_every_way(parser, framed(format, "four") + framed(format, "fives"));
    EXPECT_EQ(refused.messages, Messages{"four"});
    EXPECT_EQ(refused.end, State::too_long);
  }
}

TEST(LengthPrefixParser, ALengthAboveTheMaximumIsRefusedWithItsPrefix) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, 4);
    const std::string prefix(format.size, '\xFF');
    const FrameStep before = parser.parse(prefix.substr(1));
    EXPECT_EQ(before.state, State::incomplete);
    EXPECT_EQ(before.needed, format.size);
    const FrameStep step = parser.parse(prefix);
    EXPECT_EQ(step.state, State::too_long);
    EXPECT_EQ(step.announced, format.largest());
  }
}

TEST(LengthPrefixParser, LengthsAroundTheLimitsOfTheTypesAreRefusedOrAskedForExactly) {
  for (const auto& format : every_prefix) {
    const LengthPrefixParser parser(format, largest_message);
    for (const std::uint64_t base :
         {std::uint64_t{0xFF}, std::uint64_t{0xFFFF}, std::uint64_t{largest_message}, std::uint64_t{0x7FFFFFFF},
          std::uint64_t{0xFFFFFFFF}, std::uint64_t{0x7FFFFFFFFFFFFFFF}, std::uint64_t{0xFFFFFFFFFFFFFFFE}}) {
      for (const std::uint64_t length : {base - 1, base, base + 1}) {
        if (length > format.largest()) continue;
        const FrameStep step = parser.parse(PrefixBytes(format, length));
        if (length <= largest_message) {
          EXPECT_EQ(step.state, State::incomplete) << length;
          EXPECT_EQ(step.needed, length + format.size) << length;
        } else {
          EXPECT_EQ(step.state, State::too_long) << length;
          EXPECT_EQ(step.announced, length);
        }
      }
    }
  }
}

TEST(LengthPrefixParser, ALengthSmallerThanItsOwnBytesIsMalformed) {
  for (const auto& format : every_prefix) {
    if (!format.counts_itself) continue;
    std::string prefix(format.size, '\0');
    const std::size_t lowest = format.order == std::endian::little ? 0 : prefix.size() - 1;
    for (prefix[lowest] = 0; prefix[lowest] < static_cast<char>(format.size); ++prefix[lowest]) {
      const FrameStep step = LengthPrefixParser(format, 4).parse(prefix);
      EXPECT_EQ(step.state, State::malformed);
      EXPECT_EQ(step.announced, static_cast<std::uint64_t>(prefix[lowest]));
    }
    EXPECT_EQ(parse_every_way(LengthPrefixParser(format, 4), prefix), complete({""}));
  }
}

TEST(FixedSizeParser, MessagesFollowOneAnotherWithoutAnythingBetween) {
  EXPECT_EQ(parse_every_way(FixedSizeParser(3), "abc\0\r\nxy"sv), (Outcome{{"abc", "\0\r\n"s}, State::incomplete, 2}));
  EXPECT_EQ(parse_every_way(FixedSizeParser(1), "ab"), complete({"a", "b"}));
}

TEST(Framing, WhatIsLeftOfABinaryMessageIsNoMessage) {
  EXPECT_EQ(FixedSizeParser(3).finish("ab").state, State::incomplete);
  const LengthPrefixParser parser({2}, 10);
  EXPECT_EQ(parser.finish("\0"sv).needed, 2U);
  EXPECT_EQ(parser.finish("\0\5ab"sv).needed, 7U);
}

TEST(Framing, SizesWithoutSenseAreRefused) {
  for (const std::size_t size : {std::size_t{0}, largest_message + 1, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_THROW(LineParser{size}, std::invalid_argument);
    EXPECT_THROW(DelimiterParser(";", size), std::invalid_argument);
    EXPECT_THROW(LengthPrefixParser({}, size), std::invalid_argument);
    EXPECT_THROW(FixedSizeParser{size}, std::invalid_argument);
  }
  EXPECT_THROW(DelimiterParser("", 10), std::invalid_argument);
  for (const std::uint8_t size : std::array<std::uint8_t, 5>{0, 3, 5, 16, 255})
    EXPECT_THROW(LengthPrefixParser({size}, 10), std::invalid_argument);
}

TEST(Framing, TheLargestMaximumWorks) {
  EXPECT_EQ(parse_every_way(LineParser(largest_message), "a\r\n"), complete({"a"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("; ", largest_message), "a; "), complete({"a"}));
}

}  // namespace
}  // namespace portico
