#include "tests/support/parse_every_way.hpp"

#include <portico/framing.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace portico {
namespace {

using namespace std::literals;
using test::complete;
using test::Messages;
using test::Outcome;
using test::parse_every_way;
using test::State;

TEST(LineParserTest, LinesEndWithLfOrCrlf) {
  EXPECT_EQ(parse_every_way(LineParser(10), "one\ntwo\r\nthree\n"), complete({"one", "two", "three"}));
}

TEST(LineParserTest, EmptyLinesAreLines) {
  EXPECT_EQ(parse_every_way(LineParser(10), "\n\r\n\n"), complete({"", "", ""}));
}

TEST(LineParserTest, ALoneCrIsData) {
  EXPECT_EQ(parse_every_way(LineParser(10), "a\rb\n\r\r\n\ra\n"), complete({"a\rb", "\r", "\ra"}));
}

TEST(LineParserTest, ACrBeforeTheGivenBytesIsIgnored) {
  const FrameStep step = LineParser(10).parse("\r\nrest"sv.substr(1));
  EXPECT_EQ(step.state, State::message);
  EXPECT_EQ(step.size, 1U);
}

TEST(LineParserTest, NulBytesAreData) {
  EXPECT_EQ(parse_every_way(LineParser(10), "a\0b\n\0\n"sv), complete({"a\0b"s, "\0"s}));
}

TEST(LineParserTest, AnIncompleteLineIsLeftOver) {
  EXPECT_EQ(parse_every_way(LineParser(10), "one\ntw"), (Outcome{{"one"}, State::incomplete, 2}));
  EXPECT_EQ(parse_every_way(LineParser(10), "one\n\r"), (Outcome{{"one"}, State::incomplete, 1}));
}

TEST(LineParserTest, ALineMayReachTheMaximum) {
  EXPECT_EQ(parse_every_way(LineParser(4), "four\nfour\r\nfour\r\n"), complete({"four", "four", "four"}));
  EXPECT_EQ(parse_every_way(LineParser(1), "a\r\n\r\n"), complete({"a", ""}));
}

TEST(LineParserTest, ALineMustNotExceedTheMaximum) {
  for (const auto input : {"fives\n"sv, "fives\r\n"sv, "fives"sv, "four\r\r\n"sv, "four\r "sv})
    EXPECT_EQ(parse_every_way(LineParser(4), input).end, State::too_long) << input;
  EXPECT_EQ(parse_every_way(LineParser(4), "ok\r\nfives\n").messages, Messages{"ok"});
}

TEST(LineParserTest, TheFirstExcessByteMakesALineTooLong) {
  EXPECT_EQ(LineParser(4).parse("four").state, State::incomplete);
  EXPECT_EQ(LineParser(4).parse("four\r").state, State::incomplete);
  EXPECT_EQ(LineParser(4).parse("fives").state, State::too_long);
  EXPECT_EQ(LineParser(4).parse("four\rx").state, State::too_long);
}

TEST(LineParserTest, TheRestAtEofIsALineUpToTheMaximum) {
  EXPECT_EQ(LineParser(4).finish("four").message, "four");
  EXPECT_EQ(LineParser(4).finish("for\r").message, "for\r");
  EXPECT_EQ(LineParser(4).finish("four\r").state, State::too_long);
}

TEST(LineParserTest, SeenBytesAreNotSearchedAgain) {
  // A line end among the bytes declared as seen is not found, so they were not searched.
  EXPECT_EQ(LineParser(10).parse("a\nb", 2).state, State::incomplete);
  EXPECT_EQ(LineParser(10).parse("a\nb", 1).message, "a");
}

TEST(LineParserTest, AMebibyteByteByByteTakesLinearTime) {
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

TEST(DelimiterParserTest, MessagesEndBeforeTheirDelimiters) {
  EXPECT_EQ(parse_every_way(DelimiterParser(";", 10), "one;two;;three;"), complete({"one", "two", "", "three"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("\r\n", 10), "a\nb\r\nc\r\r\n\r\n"), complete({"a\nb", "c\r", ""}));
  EXPECT_EQ(parse_every_way(DelimiterParser("\0"s, 10), "one\0two\0"sv), complete({"one", "two"}));
}

TEST(DelimiterParserTest, ASelfOverlappingDelimiterMatchesAtItsFirstOccurrence) {
  EXPECT_EQ(parse_every_way(DelimiterParser("aab", 10), "aaab"), complete({"a"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("aa", 10), "aaaaxaa"), complete({"", "", "x"}));
  EXPECT_EQ(parse_every_way(DelimiterParser("--END--", 20), "x--END-y--END--"), complete({"x--END-y"}));
}

TEST(DelimiterParserTest, AMessageMayReachTheMaximumButNotExceedIt) {
  for (const std::string delimiter : {"|", "\r\n", "--END--", "aab", "xx|"}) {
    const DelimiterParser parser(delimiter, 4);
    EXPECT_EQ(parse_every_way(parser, "four" + delimiter + "four" + delimiter), complete({"four", "four"}));
    EXPECT_EQ(parse_every_way(parser, "fives" + delimiter).end, State::too_long) << delimiter;
    EXPECT_EQ(parse_every_way(parser, "fives").end, State::too_long) << delimiter;
  }
}

TEST(DelimiterParserTest, BeyondTheMaximumOnlyABegunDelimiterIsAwaited) {
  const DelimiterParser parser("--END--", 4);
  EXPECT_EQ(parser.parse("four--EN").state, State::incomplete);
  EXPECT_EQ(parser.parse("four--EX").state, State::too_long);
  EXPECT_EQ(parser.parse("fives--END--").state, State::too_long);
  EXPECT_EQ(parser.parse("---").state, State::incomplete);
  EXPECT_EQ(parser.parse("----END--").message, "--");
}

TEST(DelimiterParserTest, TheRestAtEofIsAMessageUpToTheMaximum) {
  EXPECT_EQ(DelimiterParser("\r\n", 4).finish("for\r").message, "for\r");
  EXPECT_EQ(DelimiterParser("\r\n", 4).finish("four\r").state, State::too_long);
}

TEST(DelimiterParserTest, SeenBytesAreSearchedOnlyForTheStartOfADelimiter) {
  const DelimiterParser parser("abc", 10);
  EXPECT_EQ(parser.parse("xabc", 3).message, "x");
  EXPECT_EQ(parser.parse("abcx", 3).state, State::incomplete);
}

}  // namespace
}  // namespace portico
