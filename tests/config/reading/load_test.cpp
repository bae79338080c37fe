#include "config/reading/load.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>

namespace portico {
namespace {

Env empty_env() {
  return {[](const std::string&) { return std::nullopt; },
          [](const std::filesystem::path&, std::size_t) {
            return FileContent{std::nullopt, "does not exist"};
          }};
}

LoadResult load(std::string_view text) {
  static const std::vector<HandlerDescription> handlers{{"echo", "Sends back what it gets.", {}}};
  return load_config_text("server.json", text, {}, handlers, empty_env());
}

TEST(LoadConfigTest, ASmallFileLoads) {
  const LoadResult result = load(R"({ "workers": 2, // two
    "endpoints": { "echo": { "listen": "0.0.0.0:7000", "handler": "echo", "timeouts": { "idle": "5m" } } } })");
  ASSERT_TRUE(result.loaded()) << to_string(result.problems.front());
  EXPECT_EQ(result.config.workers, 2);
  ASSERT_EQ(result.config.endpoints.size(), 1u);
  EXPECT_EQ(result.config.endpoints[0].listen, (std::vector<ListenAddress>{{{"0.0.0.0", 7000, {}}}}));
  EXPECT_EQ(result.config.endpoints[0].timeouts.idle, std::chrono::minutes(5));
}

TEST(LoadConfigTest, AnUnknownKeyIsReportedWithPositionAndSuggestion) {
  const LoadResult result = load(
      "{ \"endpoints\": { \"secure\": { \"listen\": \":7443\", \"handler\": \"echo\",\n"
      "  \"limits\": { \"conections\": 5 } } } }");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(to_string(result.problems[0]),
            "server.json:2:15: endpoints.secure.limits.conections: unknown key; did you mean \"connections\"?");
}

// Replaces the standard input for the life of the object.
class StandardInput {
 public:
  explicit StandardInput(const std::string& text) : stream_(text), before_(std::cin.rdbuf(stream_.rdbuf())) {}
  ~StandardInput() { std::cin.rdbuf(before_); }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  std::istringstream stream_;
  std::streambuf* before_;
};

TEST(LoadConfigTest, ADashIsTheStandardInput) {
  const std::vector<HandlerDescription> handlers{{"echo", "Sends back what it gets.", {}}};
  const StandardInput input("{ \"endpoints\": { \"e\": { \"listen\": \":7000\", \"handler\": \"eho\" } } }");
  const LoadResult result = load_config("-", handlers);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(to_string(result.problems[0]),
            "standard input:1:55: endpoints.e.handler: must be \"echo\", but is \"eho\"; did you mean \"echo\"?");
}

TEST(LoadConfigTest, TooMuchStandardInputIsRefused) {
  const StandardInput input(std::string(std::size_t{9} * 1024 * 1024, ' '));
  const LoadResult result = load_config("-", {});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.exit_code(), 2);
  EXPECT_NE(result.problems[0].message.find("is larger than the maximum"), std::string::npos);
}

#ifndef _WIN32
TEST(LoadConfigTest, TheNumberOfAnInterfaceThatTheHostLacksIsAProblem) {  // Windows takes any number
  const LoadResult result =
      load(R"({ "endpoints": { "e": { "listen": "[fe80::1%999999999]:7099", "handler": "echo" } } })");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(to_string(result.problems[0]),
            "server.json:1:35: endpoints.e.listen: must name an interface of this host after its \"%\"");
}

TEST(LoadConfigTest, AFileNameTheSystemRefusesIsReportedInItsWords) {
  const auto folder = std::filesystem::temp_directory_path() / "portico_load_test_links";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::filesystem::create_symlink(folder / "b", folder / "a");
  std::filesystem::create_symlink(folder / "a", folder / "b");
  const auto message = [](const std::filesystem::path& file) { return load_config(file, {}).problems.at(0).message; };
  EXPECT_EQ(message(folder / "a"), "the file cannot be opened: " + std::generic_category().message(ELOOP));
  EXPECT_EQ(message(folder / std::string(300, 'x')),
            "the file cannot be opened: " + std::generic_category().message(ENAMETOOLONG));
  std::filesystem::remove_all(folder);
}
#endif

}  // namespace
}  // namespace portico
