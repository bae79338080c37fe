#include "config/settings/unix_socket_config.hpp"
#include "config/values/units.hpp"
#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace portico::test {
namespace {

// Returns the value that the only problem suggests; empty if it suggests none.
std::string suggestion_for(const std::string& settings) {
  const LoadResult result =
      load(R"({ "endpoints": { "e": { "listen": "unix:p", "handler": "kinds", )" + settings + " } } }");
  if (result.problems.size() != 1) return "not one problem";
  const std::string& message = result.problems[0].message;
  constexpr std::string_view before = "; did you mean ";
  const std::size_t at = message.find(before);
  return at == std::string::npos ? "" : message.substr(at + before.size(), message.size() - at - before.size() - 1);
}

std::string for_option(const std::string& name, const std::string& value) {
  return suggestion_for("\"options\": { \"" + name + "\": " + value + " }");
}

std::string for_mode(const std::string& number) {
  return suggestion_for(R"("unix_socket": { "mode": )" + number + " }");
}

TEST(HintsTest, ANumberForAModeSuggestsTheDigitsThatWereMeant) {
  EXPECT_EQ(for_mode("432"), "\"0660\"");  // what YAML and Python make of 0660
  EXPECT_EQ(for_mode("384"), "\"0600\"");
  EXPECT_EQ(for_mode("436"), "\"0664\"");
  EXPECT_EQ(for_mode("416"), "\"0640\"");
  EXPECT_EQ(for_mode("660"), "\"0660\"");
  EXPECT_EQ(for_mode("600"), "\"0600\"");
  EXPECT_EQ(for_mode("777"), "\"0777\"");
  EXPECT_EQ(for_mode("9"), "");
  EXPECT_EQ(for_mode("1.5"), "");
  EXPECT_EQ(for_mode("-432"), "");
}

TEST(HintsTest, ANumberForAModeSuggestsWhatOtherFormatsMakeOfAUsualMode) {
  EXPECT_EQ(for_mode("511"), "\"0777\"");
  EXPECT_EQ(for_mode("438"), "\"0666\"");
  EXPECT_EQ(for_mode("448"), "\"0700\"");
  EXPECT_EQ(for_mode("420"), "\"0644\"");
  // No one sets 0670, 0674 or 0620 on a socket: with these the digits are what was meant.
  EXPECT_EQ(for_mode("440"), "\"0440\"");
  EXPECT_EQ(for_mode("444"), "\"0444\"");
  EXPECT_EQ(for_mode("400"), "\"0400\"");
  EXPECT_EQ(for_mode("439"), "");  // as octal: 0667
  for (int number = 0; number < 1000; ++number) {
    const std::string hint = for_mode(std::to_string(number));
    if (hint.empty()) continue;
    EXPECT_TRUE(mode_from_text(hint.substr(1, hint.size() - 2))) << number << hint;
  }
}

TEST(HintsTest, ARateIsNotSuggestedWithAnotherMeaning) {
  EXPECT_EQ(for_option("rate", R"("100/10s")"), "");  // 10/s would be right, but so would 600/m
  EXPECT_EQ(for_option("rate", R"("1/d")"), "");
  EXPECT_EQ(for_option("rate", R"("100/sec")"), "\"100/s\"");
  EXPECT_EQ(for_option("rate", R"("100")"), "\"100/s\"");
  EXPECT_EQ(for_option("rate", R"("100/")"), "\"100/s\"");
  EXPECT_EQ(for_option("rate", R"("10/min")"), "\"10/m\"");
  EXPECT_EQ(for_option("byte_rate", R"("100B/10s")"), "");
  EXPECT_EQ(for_option("byte_rate", R"("1KiB/d")"), "");
  EXPECT_EQ(for_option("byte_rate", R"("1KB/sec")"), "\"1KiB/s\"");
}

TEST(HintsTest, DurationsAndSizesOfOtherFormsGetARightHint) {
  EXPECT_EQ(for_option("duration", R"("1.5s")"), "\"1500ms\"");
  EXPECT_EQ(for_option("duration", R"("1h30m")"), "");  // the option has at most an hour
  EXPECT_EQ(duration_from_text("1h30m").suggestion, "90m");
  EXPECT_EQ(for_option("duration", R"("0.5h")"), "\"30m\"");
  EXPECT_EQ(duration_from_text("1d").suggestion, "24h");
  EXPECT_EQ(duration_from_text("2 days").suggestion, "48h");
  EXPECT_EQ(duration_from_text("1m30s").suggestion, "90s");
  EXPECT_EQ(duration_from_text("1.0001s").suggestion, "");  // not a whole number of milliseconds
  EXPECT_EQ(duration_from_text("1h2").suggestion, "");
  EXPECT_EQ(duration_from_text("1s1h").suggestion, "");
  EXPECT_EQ(size_from_text("10Mi").suggestion, "10MiB");
  EXPECT_EQ(size_from_text("64KIB").suggestion, "64KiB");
  EXPECT_EQ(size_from_text("64Kib").suggestion, "64KiB");
  EXPECT_EQ(size_from_text("2gib").suggestion, "2GiB");
  EXPECT_EQ(size_from_text("1.5KiB").suggestion, "1536B");
  EXPECT_EQ(size_from_text("0.3B").suggestion, "");
}

TEST(HintsTest, ASuggestionOutsideTheLimitsIsNotMade) {
  EXPECT_EQ(for_option("duration", R"("1d")"), "");  // at most an hour
  EXPECT_EQ(for_option("duration", "86400"), "");
  EXPECT_EQ(for_option("rate", R"("5000/sec")"), "");  // at most 1000
  EXPECT_EQ(for_option("text", "123456789"), "");      // at most 8 bytes
}

// Returns the message of the only problem.
std::string message_for(const std::string& settings) {
  const LoadResult result =
      load(R"({ "endpoints": { "e": { "listen": "unix:p", "handler": "kinds", )" + settings + " } } }");
  return result.problems.size() == 1 ? result.problems[0].message : "not one problem";
}

TEST(HintsTest, AMessageNamesTheLimitsAndNotTheWordsForThem) {
  EXPECT_EQ(message_for(R"("options": { "level": 11 })"), R"(must be "none" or an integer from 0 to 10, but is 11)");
}

TEST(HintsTest, AWordThatIsNotOneOfThemIsToldEveryForm) {
  EXPECT_EQ(message_for(R"("on_full": "farewell")"),
            R"(must be "wait", "close", "reset" or an object with "farewell", but is "farewell")");
  EXPECT_EQ(message_for(R"("on_full": "clos")"),
            R"(must be "wait", "close", "reset" or an object with "farewell", but is "clos"; did you mean "close"?)");
}

TEST(HintsTest, BracketsAreSuggestedOnlyAroundAnEntryThatIsValid) {
  EXPECT_EQ(suggestion_for(R"("accept": { "deny": "10.0.0.0/8" })"), R"(["10.0.0.0/8"])");
  EXPECT_EQ(suggestion_for(R"("accept": { "deny": "10.0.0.0/33" })"), "");
  EXPECT_EQ(suggestion_for(R"("accept": { "deny": "${env:SECRET}" })"), R"(["${env:SECRET}"])");
}

TEST(HintsTest, ASubstitutedValueOfAWrongTypeIsNotMistakenForItsSpelling) {
  EXPECT_EQ(message_for(R"("options": { "integer": "${env:SECRET}" })"),
            R"(must be an integer from 1 to 10, but the value of "${env:SECRET}" (not shown) is not)");
  EXPECT_EQ(message_for(R"("options": { "integer": "$${env:SECRET}" })"),
            R"(must be an integer from 1 to 10, but is "$${env:SECRET}")");
}

}  // namespace
}  // namespace portico::test
