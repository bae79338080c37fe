#include "config/config.hpp"

#include <portico/options.hpp>

#include <gtest/gtest.h>

namespace portico {
namespace {

TEST(Options, TheServersOwnSettingsAreDescribedWithoutFault) {
  EXPECT_EQ(OptionSet::of<Config>().faults(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<EndpointConfig>().faults(), std::vector<std::string>());
}

}  // namespace
}  // namespace portico
