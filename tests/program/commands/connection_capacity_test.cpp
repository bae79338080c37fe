#include "program/commands/connection_capacity.hpp"

#include "server/endpoint/start_error.hpp"
#include "server/workers/worker.hpp"

#include <gtest/gtest.h>

namespace portico {
namespace {

// One endpoint on one address with 8 accepts under way: with one worker 32 + 3 + 1 descriptors are always open, and
// 8 more at peaks.
Config small_config() {
  Config config;
  config.endpoints.resize(1);
  config.endpoints[0].name = "echo";
  config.endpoints[0].listen = {{{"127.0.0.1", 7000, {}}}};
  return config;
}

constexpr std::size_t always = 36;
constexpr std::size_t peaks = 8;

TEST(ConnectionCapacity, IsWhatTheRestOfTheProcessLeaves) {
  EXPECT_EQ(connections_that_fit(small_config(), 1, 1024), 1024U - always - peaks);
  EXPECT_EQ(connections_that_fit(small_config(), 1, 20'000), 20'000U - always - peaks);
}

TEST(ConnectionCapacity, EachWorkerAndEachListeningSocketTakesItsPart) {
  Config config = small_config();
  const std::size_t one = connections_that_fit(config, 1, 10'000);
  EXPECT_EQ(connections_that_fit(config, 2, 10'000), one - 3);

  config.endpoints[0].accept.outstanding = 100;
  EXPECT_EQ(connections_that_fit(config, 1, 10'000), one - 92);
  config.endpoints[0].listen = {{{"", 7000, {}}}, {{"::1", 7001, {}}}, {{"", 0, "/run/p.sock"}}};
  EXPECT_EQ(connections_that_fit(config, 1, 10'000), one - 92 - 2 * 101);
  // A name may stand for an address of either family.
  config.endpoints[0].listen = {{{"localhost", 7000, {}}}};
  EXPECT_EQ(connections_that_fit(config, 1, 10'000), one - 92 - 101);
}

TEST(ConnectionCapacity, EachWorkerMayBeSendingFarewellsIfThereAreAny) {
  Config config = small_config();
  const std::size_t none = connections_that_fit(config, 2, 10'000);
  config.endpoints[0].on_full = Farewell{"421 busy\r\n"};
  EXPECT_EQ(connections_that_fit(config, 2, 10'000), none - 2 * max_farewells);
}

TEST(ConnectionCapacity, PeaksGetHalfAtMostWhereDescriptorsAreFew) {
  Config config = small_config();
  config.endpoints[0].accept.outstanding = 72;
  EXPECT_EQ(connections_that_fit(config, 1, 64), (64U - always) / 2);
  EXPECT_EQ(connections_that_fit(config, 1, always + 2 * 72), 72U);
  EXPECT_EQ(connections_that_fit(config, 1, always + 2 * 72 + 1), 73U);
}

TEST(ConnectionCapacity, IsNeverLessThanAFewAndNeverFallsWithMoreDescriptors) {
  std::size_t before = 8;
  for (std::size_t descriptors = 0; descriptors < 2000; ++descriptors) {
    const std::size_t fit = connections_that_fit(small_config(), 4, descriptors);
    EXPECT_GE(fit, before) << descriptors;
    before = fit;
  }
}

TEST(ProcessLimit, IsFittedWhenItIsNotGiven) {
  EXPECT_EQ(process_limit(small_config(), 1, 1024), 1024U - always - peaks);
  EXPECT_EQ(process_limit(small_config(), 1, std::nullopt), 1'000'000U);
  EXPECT_EQ(process_limit(small_config(), 1, std::size_t{1} << 30), 1'000'000U);
}

TEST(ProcessLimit, IsTheOneThatIsGivenIfItFits) {
  Config config = small_config();
  config.limits.connections = 980;
  EXPECT_EQ(process_limit(config, 1, 1024), 980U);
  EXPECT_EQ(process_limit(config, 1, std::nullopt), 980U);
  config.limits.connections = 5'000'000;
  EXPECT_EQ(process_limit(config, 1, std::nullopt), 5'000'000U);
}

TEST(ProcessLimit, OneThatDoesNotFitIsRefusedWithWhatFitsAndWhatToChange) {
  Config config = small_config();
  config.limits.connections = 981;
  try {
    process_limit(config, 1, 1024);
    FAIL() << "taken";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(),
                 "limits.connections is 981, but only 980 connections fit into the 1024 descriptors this process may "
                 "have; lower it to 980, or allow 1025 descriptors (ulimit -n, LimitNOFILE= of systemd, docker run "
                 "--ulimit nofile=)");
  }
  EXPECT_EQ(process_limit(config, 1, 1025), 981U);
}

TEST(ProcessLimit, TheDescriptorsItAsksForAreEnough) {
  Config config = small_config();
  for (const int wanted : {9, 40, 72, 500}) {
    config.limits.connections = wanted;
    config.endpoints[0].accept.outstanding = 72;
    const auto fault = capacity_fault(config, 1, 36);
    const auto needed = std::stoul(fault.substr(fault.find("or allow ") + 9));
    EXPECT_EQ(capacity_fault(config, 1, needed), "");
    EXPECT_NE(capacity_fault(config, 1, needed - 2), "") << "asks for more than it needs";
  }
}

TEST(ProcessLimit, SoFewDescriptorsThatTheStartWouldFailAreRefused) {
  EXPECT_NE(capacity_fault(small_config(), 1, 12), "");
  EXPECT_EQ(capacity_fault(small_config(), 1, 13), "");
  EXPECT_EQ(capacity_fault(small_config(), 4, 16),
            "the 16 descriptors this process may have are too few for 4 workers; allow 53 (ulimit -n, LimitNOFILE= of "
            "systemd, docker run --ulimit nofile=)");
}

TEST(ProcessLimit, OneOnTrialRefusesNothingAndLeavesWhatFits) {
  Config config = small_config();
  config.limits.connections = ObservedConnections{100'000, true};
  EXPECT_EQ(process_limit(config, 1, 1024), 980U);
  config.limits.connections = ObservedConnections{100'000, false};
  EXPECT_THROW(process_limit(config, 1, 1024), StartError);
}

}  // namespace
}  // namespace portico
