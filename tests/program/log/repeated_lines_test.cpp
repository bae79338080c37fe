#include "program/log/repeated_lines.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace portico {
namespace {

using namespace std::chrono_literals;

class RepeatedLinesTest : public testing::Test {
 protected:
  // Adds one more `event`. Returns the number and the count of the line that is written, "7 x3"; empty if none is.
  std::string add(const std::string& event, std::uint64_t number) {
    LogLine line(LogFormat::json, {}, LogLevel::warn, event);
    line.add("number", number);
    const auto written = lines.add(event, LogLevel::warn, std::move(line), now);
    return written ? to_text(*written) : std::string();
  }

  std::string expired(bool all = false) {
    std::string text;
    for (const auto& line : lines.expired(now, all)) text += (text.empty() ? "" : ", ") + to_text(line);
    return text;
  }

  static std::string to_text(const RepeatedLines::Line& line) {
    EXPECT_EQ(line.level, LogLevel::warn);
    const auto json = nlohmann::json::parse(line.text);
    return std::to_string(json.at("number").get<int>()) + " x" + std::to_string(json.at("count").get<int>());
  }

  RepeatedLines lines;
  RepeatedLines::TimePoint now{};
};

TEST_F(RepeatedLinesTest, FirstLineOfAGroupIsWrittenImmediately) {
  EXPECT_EQ(add("refused", 1), "1 x1");
  EXPECT_EQ(add("closed", 2), "2 x1");
}

TEST_F(RepeatedLinesTest, LinesWithinASecondAreCountedInTheLastOne) {
  add("refused", 1);
  EXPECT_EQ(add("refused", 2), "");
  EXPECT_EQ(add("refused", 3), "");
  EXPECT_EQ(expired(), "");
  now += 999ms;
  EXPECT_EQ(expired(), "");
  now += 1ms;
  EXPECT_EQ(expired(), "3 x2");
  EXPECT_EQ(expired(), "") << "written once";
}

TEST_F(RepeatedLinesTest, LineAfterASecondCountsThoseBeforeIt) {
  add("refused", 1);
  EXPECT_EQ(add("refused", 2), "");
  now += 1s;
  EXPECT_EQ(add("refused", 3), "3 x2");
  EXPECT_EQ(add("refused", 4), "");
}

TEST_F(RepeatedLinesTest, SingleLineAfterASecondIsWrittenImmediately) {
  add("refused", 1);
  now += 1s;
  EXPECT_EQ(expired(), "");
  EXPECT_EQ(add("refused", 2), "2 x1");
}

TEST_F(RepeatedLinesTest, GroupsAreIndependent) {
  add("refused", 1);
  EXPECT_EQ(add("closed", 2), "2 x1");
  EXPECT_EQ(add("closed", 3), "");
  EXPECT_EQ(add("refused", 4), "");
  now += 1s;
  EXPECT_EQ(expired(), "3 x1, 4 x1");
}

TEST_F(RepeatedLinesTest, NothingIsPendingAfterTheEnd) {
  add("refused", 1);
  add("refused", 2);
  EXPECT_EQ(expired(true), "2 x1");
  EXPECT_EQ(expired(true), "");
}

TEST_F(RepeatedLinesTest, CountsAddUpToTheNumberOfEvents) {
  std::uint64_t counted = 0;
  const auto count = [&counted](const std::string& text) {
    if (!text.empty()) counted += std::stoul(text.substr(text.find('x') + 1));
  };
  for (std::uint64_t i = 0; i < 1000; ++i) {
    count(add("refused", i));
    now += 7ms;
    if (i % 100 == 0) count(expired());
  }
  count(expired(true));
  EXPECT_EQ(counted, 1000U);
}

}  // namespace
}  // namespace portico
