#include "config/settings/config.hpp"
#include "tests/support/config_fixture.hpp"

#include <portico/options.hpp>

#include <gtest/gtest.h>

namespace portico {
namespace {

TEST(OptionSetTest, TheServersSettingsPassTheSelfCheck) {
  EXPECT_EQ(OptionSet::of<Config>().self_check(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<EndpointConfig>().self_check(), std::vector<std::string>());
}

struct Faulty {
  int small = 100;
  std::string choice = "none";
  std::vector<int> list;
  int twice = 0;

  static constexpr auto describe() {
    return options(option("small", &Faulty::small, "Too large by default.", between(1, 10)),
                   option("choice", &Faulty::choice, "Not one of them by default.", choices("one", "two")),
                   option("list", &Faulty::list, "Too short by default.", length(1, 2)),
                   option("list", &Faulty::twice, ""));
  }
};

TEST(OptionSetTest, TheSelfCheckFindsDefaultsOutsideTheirLimits) {
  EXPECT_EQ(OptionSet::of<Faulty>().self_check(),
            (std::vector<std::string>{
                "small: the default must be an integer from 1 to 10", "choice: the default must be \"one\" or \"two\"",
                "list: the default has 0 entries", "list: described twice", "list: has no name or no help"}));
}

TEST(OptionSetTest, EveryKindOfOptionPassesTheSelfCheck) {
  EXPECT_EQ(OptionSet::of<test::EveryKind>().self_check(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<test::ShoutOptions>().self_check(), std::vector<std::string>());
}

TEST(OptionSetTest, OptionsOfTwoTypesAreUnequal) {
  const auto shout = OptionSet::of<test::ShoutOptions>();
  const auto kinds = OptionSet::of<test::EveryKind>();
  const HandlerOptions one(std::make_shared<test::ShoutOptions>(), shout);
  const HandlerOptions other(std::make_shared<test::EveryKind>(), kinds);
  EXPECT_FALSE(one == other);
  EXPECT_FALSE(other == one);
  EXPECT_TRUE(one == HandlerOptions(std::make_shared<test::ShoutOptions>(), OptionSet::of<test::ShoutOptions>()));
  EXPECT_FALSE(one == HandlerOptions());
}

}  // namespace
}  // namespace portico
