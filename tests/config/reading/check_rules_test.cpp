#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace portico::test {
namespace {

struct Route {
  std::string name = "main";
  int weight = 1;

  static constexpr auto describe() {
    return options(option("name", &Route::name, "Name."), option("weight", &Route::weight, "Weight."));
  }
};

// Compares the entries of its list, as an author's check() might.
struct RouterOptions {
  std::vector<Route> routes;
  std::map<std::string, int> weights;

  static constexpr auto describe() {
    return options(option("routes", &RouterOptions::routes, "Routes."),
                   option("weights", &RouterOptions::weights, "Weights by host name."));
  }

  std::vector<OptionProblem> check() const {
    std::vector<OptionProblem> problems;
    for (std::size_t i = 0; i < routes.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (routes[i].name == routes[j].name)
          problems.push_back({"routes[" + std::to_string(i) + "].name", "is used twice"});
      }
    }
    for (const auto& [host, weight] : weights) {
      if (weight > 100) problems.push_back({"weights." + host, "is too heavy"});
    }
    return problems;
  }
};

std::vector<std::string> problems_of(const std::string& options) {
  const std::vector<HandlerDescription> all{{"router", "Routes.", OptionSet::of<RouterOptions>()}};
  const auto result = load_config_text(
      "f.json",
      "{ \"endpoints\": { \"e\": { \"listen\": \":1\", \"handler\": \"router\", \"options\":\n" + options + " } } }",
      {}, all, env());
  std::vector<std::string> problems;
  for (const Problem& problem : result.problems) problems.push_back(to_string(problem));
  return problems;
}

TEST(CheckRulesTest, AnUnreadableEntryOfAListCausesNoSecondProblem) {
  EXPECT_EQ(problems_of(R"({ "routes": [{ "name": "main" }, 5] })"),
            (std::vector<std::string>{"f.json:2:34: endpoints.e.options.routes[1]: must be an object, but is 5"}));
  EXPECT_EQ(problems_of(R"({ "routes": [{}, { "name": 7.5 }] })").size(), 1u);
}

TEST(CheckRulesTest, AProblemOfAnEntryIsShownAtItsLine) {
  EXPECT_EQ(problems_of("{ \"routes\": [{ \"name\": \"a\" },\n { \"weight\": 2,\n \"name\": \"a\" }] }"),
            (std::vector<std::string>{"f.json:4:10: endpoints.e.options.routes[1].name: is used twice"}));
  EXPECT_EQ(problems_of("{ \"routes\": [{},\n { \"weight\": 2 }] }"),
            (std::vector<std::string>{"f.json:3:2: endpoints.e.options.routes[1].name: is used twice"}));
}

TEST(CheckRulesTest, AProblemOfANameWithDotsIsShownAtItsLine) {
  EXPECT_EQ(problems_of("{ \"weights\": { \"b\": 1,\n \"b.example\": 200 } }"),
            (std::vector<std::string>{"f.json:3:15: endpoints.e.options.weights.\"b.example\": is too heavy"}));
}

}  // namespace
}  // namespace portico::test
