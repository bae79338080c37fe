#include "config/json/json_parser.hpp"
#include "config/reading/diagnostics.hpp"
#include "config/reading/load.hpp"
#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace portico {
namespace {

using Clock = std::chrono::steady_clock;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Time limit of an optimized build, which takes less than one second: the rest is a margin for a busy machine. Builds
// with a sanitizer only have to finish.
#ifdef NDEBUG
constexpr std::chrono::seconds limit{3};
#else
constexpr std::chrono::seconds limit{120};
#endif

LoadResult load_in_time(const std::string& text) {
  const auto start = Clock::now();
  LoadResult result = test::load(text);
  EXPECT_LT(Clock::now() - start, limit);
  return result;
}

TEST(ConfigHostileInputTest, DeepNestingIsRefused) {
  EXPECT_EQ(load_in_time(repeated("[", 100'000)).exit_code(), 2);
  EXPECT_EQ(load_in_time(repeated("[", 100'000) + repeated("]", 100'000)).exit_code(), 2);
  EXPECT_EQ(load_in_time(repeated("{\"a\":", 100'000)).exit_code(), 2);
}

TEST(ConfigHostileInputTest, TooLargeTextIsRefused) {
  EXPECT_EQ(load_in_time("\"" + std::string(10 * 1024 * 1024, 'a') + "\"").exit_code(), 2);
  EXPECT_EQ(load_in_time("{ \"" + std::string(max_file_bytes / 2, 'k') + "\": 1 }").exit_code(), 1);
  EXPECT_EQ(load_in_time("{ \"log\": { \"level\": \"" + std::string(max_file_bytes / 2, 'v') + "\" } }").exit_code(),
            1);
}

TEST(ConfigHostileInputTest, TooManyValuesAreRefused) {
  EXPECT_EQ(load_in_time("[" + repeated("1,", max_values + 1) + "1]").exit_code(), 2);
}

TEST(ConfigHostileInputTest, ProblemsBeyondAThousandAreOnlyCounted) {
  std::string text = "{ \"endpoints\": {}";
  for (int i = 0; i < 100'000; ++i) text += ",\"key" + std::to_string(i) + "\":0";
  const LoadResult result = load_in_time(text + "}");
  EXPECT_EQ(result.exit_code(), 1);
  EXPECT_EQ(result.problems.size(), Diagnostics::max_kept + 1);
  EXPECT_EQ(result.problems.back().message, "and 99001 more problems");
}

TEST(ConfigHostileInputTest, AFileOfFiftyMegabytesIsNotReadWhole) {
  const auto file = std::filesystem::temp_directory_path() / "portico_config_hostile_test.json";
  std::ofstream(file, std::ios::binary).seekp(50 * 1024 * 1024).put('}');
  const auto start = Clock::now();
  const LoadResult result = load_config(file, {});
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(1));
  std::filesystem::remove(file);
  EXPECT_EQ(result.exit_code(), 2);
  EXPECT_EQ(result.problems.at(0).message, "the file is larger than the maximum of 8192 KiB");
}

TEST(ConfigHostileInputTest, AFolderAndAMissingFileAreUnreadable) {
  const LoadResult folder = load_config(std::filesystem::temp_directory_path(), {});
  EXPECT_EQ(folder.exit_code(), 2);
  EXPECT_EQ(folder.problems.at(0).message, "the file is a directory, not a file");
  const LoadResult nothing = load_config("no/such/file.json", {});
  EXPECT_EQ(nothing.exit_code(), 2);
  EXPECT_EQ(nothing.problems.at(0).message, "the file does not exist");
}

std::string addresses_on_one_port(std::size_t count) {
  std::string text = "{ \"endpoints\": {";
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 64 == 0)
      text += (i == 0 ? "\"e" : "], \"handler\": \"echo\" }, \"e") + std::to_string(i) + "\": { \"listen\": [";
    text += (i % 64 == 0 ? "\"10." : ",\"10.") + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." +
            std::to_string(i & 255) + ":7000\"";
  }
  return text + "], \"handler\": \"echo\" } } }";
}

TEST(ConfigHostileInputTest, AHundredThousandAddressesOnOnePortAreCheckedQuickly) {
  EXPECT_TRUE(load_in_time(addresses_on_one_port(100'000)).loaded());
}

TEST(ConfigHostileInputTest, ManyNetworksAllowedAndDeniedForTenEndpointsAreCheckedQuickly) {
  std::string allow, deny;
  for (int i = 0; i < 10'000; ++i) {
    const std::string rest = std::to_string(i / 256) + "." + std::to_string(i % 256);
    allow += (i == 0 ? "\"10.0." : ",\"10.0.") + rest + "\"";
    deny += (i == 0 ? "\"10.1." : ",\"10.1.") + rest + "\"";
  }
  const auto configuration = [&](const std::string& denied) {
    std::string text = R"({ "endpoint_defaults": { "accept": { "allow": [)" + allow + R"(], "deny": [)" + denied +
                       "] } }, \"endpoints\": {";
    for (int i = 0; i < 10; ++i)
      text += (i == 0 ? "\"e" : ",\"e") + std::to_string(i) + R"(": { "listen": ":)" + std::to_string(7000 + i) +
              R"(", "handler": "echo" })";
    return text + "} }";
  };
  EXPECT_TRUE(load_in_time(configuration(deny)).loaded());
  EXPECT_EQ(load_in_time(configuration(R"("10.0.0.0/8")")).problems.size(), Diagnostics::max_kept + 1);
}

TEST(ConfigHostileInputTest, TwoThousandEndpointsLoadQuickly) {
  std::string text = "{ \"endpoints\": {";
  for (int i = 0; i < 2000; ++i) {
    text += (i == 0 ? "" : ",") + std::string("\n\"endpoint") + std::to_string(i) + R"(": { "listen": "127.0.0.1:)" +
            std::to_string(10'000 + i) + R"(", "handler": "shout", "options": { "max_line": "64KiB" },
      "accept": { "backlog": 512, "deny": ["10.6.6.0/24"] }, "timeouts": { "idle": "5m", "write": "20s" } })";
  }
  text += "} }";
  const auto start = Clock::now();
  const LoadResult result = test::load(text);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  EXPECT_EQ(result.config.endpoints.size(), 2000u);
  EXPECT_TRUE(result.loaded());
  RecordProperty("milliseconds", std::to_string(took.count()));
#ifdef NDEBUG
  EXPECT_LT(took.count(), 400);  // 100 on an idle machine
#endif
}

}  // namespace
}  // namespace portico
