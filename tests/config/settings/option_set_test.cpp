#include "config/settings/config.hpp"
#include "tests/support/config_fixture.hpp"

#include <portico/options.hpp>

#include <gtest/gtest.h>

namespace portico {
namespace {

TEST(Options, TheServersOwnSettingsAreDescribedWithoutFault) {
  EXPECT_EQ(OptionSet::of<Config>().faults(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<EndpointConfig>().faults(), std::vector<std::string>());
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

TEST(Options, ADefaultOutsideItsOwnLimitsIsAFault) {
  EXPECT_EQ(
      OptionSet::of<Faulty>().faults(),
      (std::vector<std::string>{"small: the default must be a whole number from 1 to 10",
                                "choice: the default must be \"one\" or \"two\"", "list: the default has 0 entries",
                                "list: described twice", "list: has no name or no help"}));
}

TEST(Options, EveryKindOfOptionIsDescribedWithoutFault) {
  EXPECT_EQ(OptionSet::of<test::EveryKind>().faults(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<test::ShoutOptions>().faults(), std::vector<std::string>());
}

}  // namespace
}  // namespace portico
