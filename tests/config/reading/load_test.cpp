#include "config/reading/load.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace portico
