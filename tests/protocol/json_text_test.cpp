#include <portico/json_text.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace portico {
namespace {

using namespace std::string_view_literals;

const std::string replaced = "\xEF\xBF\xBD";

std::string quoted(const std::string& inner) { return '"' + inner + '"'; }

TEST(JsonTextTest, PlainTextIsQuoted) {
  EXPECT_EQ(json_text(""), "\"\"");
  EXPECT_EQ(json_text("127.0.0.1:7000"), "\"127.0.0.1:7000\"");
}

TEST(JsonTextTest, QuotesAndBackslashesAreEscaped) { EXPECT_EQ(json_text("a\"b\\c/"), R"("a\"b\\c/")"); }

TEST(JsonTextTest, ControlCharactersAreEscaped) {
  EXPECT_EQ(json_text("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(json_text("\0\x01\x1B[2J\x1F"sv), R"("\u0000\u0001\u001b[2J\u001f")");
  EXPECT_EQ(json_text("\x7F"), R"("\u007f")");
  EXPECT_EQ(json_text("\xC2\x80\xC2\x9B\xC2\x9F"), R"("\u0080\u009b\u009f")");
}

TEST(JsonTextTest, WellFormedUtf8IsUnchanged) {
  for (const std::string text : {"\xC2\xA0", "\xC3\xA4", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
                                 "\xF0\x90\x80\x80", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(json_text(text), quoted(text));
}

TEST(JsonTextTest, StrayAndMissingContinuationBytesAreReplaced) {
  EXPECT_EQ(json_text("\x80"), quoted(replaced));
  EXPECT_EQ(json_text("a\xBFz"), quoted("a" + replaced + "z"));
  EXPECT_EQ(json_text("\xC3"), quoted(replaced));
  EXPECT_EQ(json_text("\xE2\x82"), quoted(replaced));
  EXPECT_EQ(json_text("\xF0\x9F\x98"), quoted(replaced));
  EXPECT_EQ(json_text("\xF0\x9F\x98\""), quoted(replaced + "\\\""));
  EXPECT_EQ(json_text("\xFF\xFE"), quoted(replaced + replaced));
}

TEST(JsonTextTest, OverlongFormsSurrogatesAndTooLargeCodePointsAreReplaced) {
  EXPECT_EQ(json_text("\xC0\xAF"), quoted(replaced + replaced));
  EXPECT_EQ(json_text("\xE0\x80\xAF"), quoted(replaced + replaced + replaced));
  EXPECT_EQ(json_text("\xED\xA0\x80"), quoted(replaced + replaced + replaced));
  EXPECT_EQ(json_text("\xF4\x90\x80\x80"), quoted(replaced + replaced + replaced + replaced));
}

TEST(JsonTextTest, ReplacesAsTheUnicodeStandardsExample) {
  // Chapter 3.9, table 3-8.
  EXPECT_EQ(json_text("a\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            quoted("a" + replaced + replaced + replaced + "b" + replaced + "c" + replaced + replaced + "d"));
}

}  // namespace
}  // namespace portico
