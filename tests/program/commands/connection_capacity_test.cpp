#include "program/commands/connection_capacity.hpp"

#include "server/endpoint/start_error.hpp"
#include "server/workers/worker.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace portico {
namespace {

// One endpoint on one address with 8 outstanding accepts: with one worker 32 + 3 + 1 descriptors are always in use, and
// 8 more in bursts.
Config small_config() {
  Config config;
  config.endpoints.resize(1);
  config.endpoints[0].name = "echo";
  config.endpoints[0].listen = {{{"127.0.0.1", 7000, {}}}};
  return config;
}

// Where only the standard streams are open before the start.
std::size_t fit_into(const Config& config, std::size_t workers, std::size_t limit) {
  return max_connections_for(config, workers, limit, 3);
}

constexpr std::size_t fixed = 36;
constexpr std::size_t burst = 8;

TEST(ConnectionCapacityTest, IsWhatTheRestOfTheProcessLeaves) {
  EXPECT_EQ(fit_into(small_config(), 1, 1024), 1024U - fixed - burst);
  EXPECT_EQ(fit_into(small_config(), 1, 20'000), 20'000U - fixed - burst);
}

TEST(ConnectionCapacityTest, EveryWorkerAndListeningSocketReducesIt) {
  Config config = small_config();
  const std::size_t one = fit_into(config, 1, 10'000);
  EXPECT_EQ(fit_into(config, 2, 10'000), one - 3);

  config.endpoints[0].accept.outstanding = 100;
  EXPECT_EQ(fit_into(config, 1, 10'000), one - 92);
  config.endpoints[0].listen = {{{"", 7000, {}}}, {{"::1", 7001, {}}}, {{"", 0, "/run/p.sock"}}};
  EXPECT_EQ(fit_into(config, 1, 10'000), one - 92 - 2 * 101);
  // A name may resolve to an address of each family.
  config.endpoints[0].listen = {{{"localhost", 7000, {}}}};
  EXPECT_EQ(fit_into(config, 1, 10'000), one - 92 - 101);
}

TEST(ConnectionCapacityTest, FarewellsReduceItForEveryWorker) {
  Config config = small_config();
  const std::size_t none = fit_into(config, 2, 10'000);
  config.endpoints[0].on_full = Farewell{"421 busy\r\n"};
  EXPECT_EQ(fit_into(config, 2, 10'000), none - 2 * max_farewells);
}

TEST(ConnectionCapacityTest, RefusedClientsThatAreClosedInOrderReduceItToo) {
  Config config = small_config();
  auto& endpoint = config.endpoints[0];
  const std::size_t none = fit_into(config, 2, 10'000);
  const std::size_t reduced = none - 2 * max_farewells;
  endpoint.on_full = "close";
  EXPECT_EQ(fit_into(config, 2, 10'000), reduced);
  endpoint.on_full = "reset";
  endpoint.limits.per_address.connections = 1;
  EXPECT_EQ(fit_into(config, 2, 10'000), none);
  endpoint.on_full = "wait";
  EXPECT_EQ(fit_into(config, 2, 10'000), reduced) << "a client over its own limit is closed";
  endpoint.limits.per_address.observe = true;
  EXPECT_EQ(fit_into(config, 2, 10'000), none);
}

TEST(ConnectionCapacityTest, ClientsRefusedAfterAProxyHeaderReduceItToo) {
  Config config = small_config();
  auto& endpoint = config.endpoints[0];
  endpoint.on_full = "reset";
  endpoint.proxy_protocol.emplace().mode = "require";
  const std::size_t none = fit_into(config, 2, 10'000);
  endpoint.limits.per_address.connections = 1;
  EXPECT_EQ(fit_into(config, 2, 10'000), none - 2 * max_farewells);
  endpoint.on_full = "close";
  EXPECT_EQ(fit_into(config, 2, 10'000), none - 4 * max_farewells);
}

TEST(ConnectionCapacityTest, BurstsGetAtMostHalfWhereDescriptorsAreFew) {
  Config config = small_config();
  config.endpoints[0].accept.outstanding = 72;
  EXPECT_EQ(fit_into(config, 1, 64), (64U - fixed) / 2);
  EXPECT_EQ(fit_into(config, 1, fixed + 2 * 72), 72U);
  EXPECT_EQ(fit_into(config, 1, fixed + 2 * 72 + 1), 73U);
}

TEST(ConnectionCapacityTest, NeverFallsWithMoreDescriptors) {
  std::size_t before = 0;
  for (std::size_t descriptors = 0; descriptors < 2000; ++descriptors) {
    const std::size_t fit = fit_into(small_config(), 4, descriptors);
    EXPECT_GE(fit, before) << descriptors;
    before = fit;
  }
}

TEST(ConnectionCapacityTest, WhereThereAreHardlyAnyNoMoreFitThanTheServerLeaves) {
  const Config config = small_config();
  const std::size_t in_use = fixed - 24;  // without what is reserved for handlers
  for (std::size_t left = 0; left <= 10; ++left) {
    EXPECT_EQ(fit_into(config, 1, in_use + left), left < 2 ? 0 : std::min<std::size_t>(left - 1, 8)) << left;
  }
  EXPECT_EQ(fit_into(config, 2, in_use + 5), 1U) << "a worker takes three";
}

TEST(ConnectionCapacityTest, InheritedDescriptorsReduceIt) {
  const Config config = small_config();
  EXPECT_EQ(max_connections_for(config, 1, 1024, 100), fit_into(config, 1, 1024) - 97);
  EXPECT_EQ(max_connections_for(config, 1, 20, 9), 1U);
  EXPECT_NE(capacity_error(config, 1, {20, 10}), std::nullopt);
}

TEST(ConnectionLimitTest, UnsetLimitIsTheCapacity) {
  EXPECT_EQ(resolve_connection_limit(small_config(), 1, {1024}), 1024U - fixed - burst);
  EXPECT_EQ(resolve_connection_limit(small_config(), 1, {std::nullopt}), 1'000'000U);
  EXPECT_EQ(resolve_connection_limit(small_config(), 1, {std::size_t{1} << 30}), 1'000'000U);
}

TEST(ConnectionLimitTest, ConfiguredLimitIsUsedIfItFits) {
  Config config = small_config();
  config.limits.connections = 980;
  EXPECT_EQ(resolve_connection_limit(config, 1, {1024}), 980U);
  EXPECT_EQ(resolve_connection_limit(config, 1, {std::nullopt}), 980U);
  config.limits.connections = 5'000'000;
  EXPECT_EQ(resolve_connection_limit(config, 1, {std::nullopt}), 5'000'000U);
}

TEST(ConnectionLimitTest, ErrorOfALimitThatDoesNotFitSaysWhatToChange) {
  Config config = small_config();
  config.limits.connections = 981;
  try {
    resolve_connection_limit(config, 1, {1024});
    FAIL() << "accepted";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(),
                 "limits.connections is 981, but only 980 connections fit into the 1024 descriptors this process may "
                 "have; lower it to 980, or allow 1025 descriptors (ulimit -n, LimitNOFILE= of systemd, docker run "
                 "--ulimit nofile=)");
  }
  EXPECT_EQ(resolve_connection_limit(config, 1, {1025}), 981U);
}

TEST(ConnectionLimitTest, DescriptorsThatTheErrorAsksForAreEnough) {
  Config config = small_config();
  for (const int wanted : {2, 9, 40, 72, 500}) {
    config.limits.connections = wanted;
    config.endpoints[0].accept.outstanding = 72;
    const auto error = capacity_error(config, 1, {14}).value();
    const auto needed = std::stoul(error.substr(error.find("or allow ") + 9));
    EXPECT_EQ(capacity_error(config, 1, {needed}), std::nullopt);
    EXPECT_NE(capacity_error(config, 1, {needed - 2}), std::nullopt) << "asks for more than it needs";
  }
}

TEST(ConnectionLimitTest, TooFewDescriptorsToStartAreAnError) {
  EXPECT_NE(capacity_error(small_config(), 1, {13}), std::nullopt);
  EXPECT_EQ(capacity_error(small_config(), 1, {14}), std::nullopt);
  EXPECT_EQ(capacity_error(small_config(), 4, {16}),
            "the 16 descriptors this process may have are too few for 4 workers; allow 53 (ulimit -n, LimitNOFILE= of "
            "systemd, docker run --ulimit nofile=)");
}

TEST(ConnectionLimitTest, ObservedLimitNeedNotFitAndLeavesTheCapacity) {
  Config config = small_config();
  config.limits.connections = ObservedConnections{100'000, true};
  EXPECT_EQ(resolve_connection_limit(config, 1, {1024}), 980U);
  config.limits.connections = ObservedConnections{100'000, false};
  EXPECT_THROW(resolve_connection_limit(config, 1, {1024}), StartError);
}

}  // namespace
}  // namespace portico
