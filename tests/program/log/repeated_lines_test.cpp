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
  // What is written for one more `event` of that `number`: its number and its count, "7 x3"; empty if nothing.
  std::string add(const std::string& event, std::uint64_t number) {
    LogLine line(LogFormat::json, {}, LogLevel::warn, event);
    line.add("number", number);
    const auto written = lines.add(event, LogLevel::warn, std::move(line), now);
    return written ? shown(*written) : std::string();
  }

  std::string due(bool all = false) {
    std::string text;
    for (const auto& line : lines.due(now, all)) text += (text.empty() ? "" : ", ") + shown(line);
    return text;
  }

  static std::string shown(const RepeatedLines::Line& line) {
    EXPECT_EQ(line.level, LogLevel::warn);
    const auto json = nlohmann::json::parse(line.text);
    return std::to_string(json.at("number").get<int>()) + " x" + std::to_string(json.at("count").get<int>());
  }

  RepeatedLines lines;
  RepeatedLines::TimePoint now{};
};

TEST_F(RepeatedLinesTest, TheFirstOfAKindIsWrittenAtOnce) {
  EXPECT_EQ(add("refused", 1), "1 x1");
  EXPECT_EQ(add("closed", 2), "2 x1");
}

TEST_F(RepeatedLinesTest, ThoseWithinASecondAreCountedAndToldByTheLastOne) {
  add("refused", 1);
  EXPECT_EQ(add("refused", 2), "");
  EXPECT_EQ(add("refused", 3), "");
  EXPECT_EQ(due(), "");
  now += 999ms;
  EXPECT_EQ(due(), "");
  now += 1ms;
  EXPECT_EQ(due(), "3 x2");
  EXPECT_EQ(due(), "") << "told once";
}

TEST_F(RepeatedLinesTest, OneThatComesAfterASecondTellsOfThoseBeforeIt) {
  add("refused", 1);
  EXPECT_EQ(add("refused", 2), "");
  now += 1s;
  EXPECT_EQ(add("refused", 3), "3 x2");
  EXPECT_EQ(add("refused", 4), "");
}

TEST_F(RepeatedLinesTest, OneThatComesAloneAfterASecondIsWrittenAtOnce) {
  add("refused", 1);
  now += 1s;
  EXPECT_EQ(due(), "");
  EXPECT_EQ(add("refused", 2), "2 x1");
}

TEST_F(RepeatedLinesTest, KindsDoNotDisturbEachOther) {
  add("refused", 1);
  EXPECT_EQ(add("closed", 2), "2 x1");
  EXPECT_EQ(add("closed", 3), "");
  EXPECT_EQ(add("refused", 4), "");
  now += 1s;
  EXPECT_EQ(due(), "3 x1, 4 x1");
}

TEST_F(RepeatedLinesTest, AtTheEndNothingStaysUntold) {
  add("refused", 1);
  add("refused", 2);
  EXPECT_EQ(due(true), "2 x1");
  EXPECT_EQ(due(true), "");
}

TEST_F(RepeatedLinesTest, TheCountsAddUpToWhatHappened) {
  std::uint64_t told = 0;
  const auto count = [&told](const std::string& text) {
    if (!text.empty()) told += std::stoul(text.substr(text.find('x') + 1));
  };
  for (std::uint64_t i = 0; i < 1000; ++i) {
    count(add("refused", i));
    now += 7ms;
    if (i % 100 == 0) count(due());
  }
  count(due(true));
  EXPECT_EQ(told, 1000U);
}

}  // namespace
}  // namespace portico
