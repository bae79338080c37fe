// The rules of admission, one by one and together, with the test's clock.

#include "server/admission/admission.hpp"

#include "tests/support/recording_observer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

using namespace std::chrono_literals;
using Action = Admission::Action;

Network network(const char* text, unsigned prefix) {
  const auto ip = asio::ip::make_address(text);
  return {leading_bits(ip, 128), ip.is_v6(), static_cast<std::uint8_t>(prefix)};
}

Address client(const char* ip, std::uint16_t port = 4711) { return Address({asio::ip::make_address(ip), port}); }

class AdmissionTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const auto& [holder, peer] : admitted) holder->release(peer);
  }

  void make() { admission = std::make_shared<Admission>(config, slots, observer); }

  // Takes both steps, and keeps the slot of an admitted client until release() or the test's end.
  Admission::Decision admit(const Address& peer) {
    auto decision = admission->check_address(peer);
    if (decision.action == Action::admit) decision = admission->check_rate(peer, now);
    if (decision.action == Action::admit) decision = admission->acquire_slot(peer, waiter);
    if (decision.action == Action::admit) admitted.emplace_back(admission, peer);
    return decision;
  }

  void release(const Address& peer) {
    const auto held = std::find(admitted.begin(), admitted.end(), std::pair(admission, peer));
    ASSERT_NE(held, admitted.end());
    admitted.erase(held);
    admission->release(peer);
  }

  void expect_refused(const Address& peer, Refusal reason, Action action) {
    const auto before = observer.refusals().size();
    const auto decision = admit(peer);
    EXPECT_EQ(decision.action, action);
    EXPECT_EQ(to_string(decision.reason), to_string(reason));
    ASSERT_EQ(observer.refusals().size(), before + 1);
    EXPECT_EQ(observer.refusals().back().reason, reason);
    EXPECT_FALSE(observer.refusals().back().observed);
  }

  void expect_observed(const Address& peer, Refusal reason) {
    const auto before = observer.refusals().size();
    EXPECT_EQ(admit(peer).action, Action::admit);
    ASSERT_EQ(observer.refusals().size(), before + 1);
    EXPECT_EQ(observer.refusals().back().reason, reason);
    EXPECT_TRUE(observer.refusals().back().observed);
  }

  EndpointConfig config;
  test::RecordingObserver observer;
  Slots slots{SlotCount{3}};
  Admission::TimePoint now{100h};
  std::shared_ptr<Admission> admission;
  std::vector<std::pair<std::shared_ptr<Admission>, Address>> admitted;
  Slots::Waiter waiter{nullptr, [this] { ++granted; }};
  int granted = 0;
};

TEST_F(AdmissionTest, DeniedClientsAreResetRegardlessOfOnFull) {
  config.accept.deny = std::vector{network("10.6.6.0", 24)};
  config.accept.allow = std::vector{network("10.0.0.0", 8)};
  make();
  expect_refused(client("10.6.6.1"), Refusal::denied, Action::reset);
  expect_refused(client("192.0.2.1"), Refusal::denied, Action::reset);
  EXPECT_EQ(admit(client("10.6.7.1")).action, Action::admit);
}

TEST_F(AdmissionTest, MappedAddressesAreTreatedAsIpv4) {
  config.accept.deny = std::vector{network("10.6.6.0", 24)};
  make();
  expect_refused(client("::ffff:10.6.6.1"), Refusal::denied, Action::reset);
}

TEST_F(AdmissionTest, ClientsOverTheRateAreRefused) {
  config.accept.rate = Rate{2, 1s};
  config.on_full = "close";
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  EXPECT_EQ(admit(client("192.0.2.2")).action, Action::admit);
  expect_refused(client("192.0.2.3"), Refusal::rate, Action::close);
  now += 500ms;
  EXPECT_EQ(admit(client("192.0.2.3")).action, Action::admit);
}

TEST_F(AdmissionTest, ClientsWaitForTheRateAndTakeNoTokenBefore) {
  config.accept.rate = Rate{2, 1s};
  make();
  for (const auto pause : {0ms, 0ms, 500ms, 500ms}) {
    const auto decision = admission->check_rate(client("192.0.2.1"), now);
    EXPECT_EQ(decision.pause, pause);
    EXPECT_EQ(decision.action, pause == 0ms ? Action::admit : Action::wait);
  }
  now += 500ms;
  EXPECT_EQ(admission->check_rate(client("192.0.2.1"), now).action, Action::admit);
  EXPECT_EQ(admission->check_rate(client("192.0.2.1"), now).pause, 500ms);
  EXPECT_TRUE(observer.refusals().empty()) << "no client was refused";
}

TEST_F(AdmissionTest, ClientsOverTheAddressLimitAreRefused) {
  config.limits.per_address.connections = 1;
  make();
  EXPECT_EQ(admit(client("192.0.2.1", 1)).action, Action::admit);
  expect_refused(client("192.0.2.1", 2), Refusal::address_full, Action::close);
  EXPECT_EQ(admit(client("192.0.2.2", 1)).action, Action::admit);
  release(client("192.0.2.1", 1));
  EXPECT_EQ(admit(client("192.0.2.1", 3)).action, Action::admit);
}

TEST_F(AdmissionTest, ClientsOverTheEndpointOrServerLimitAreRefused) {
  config.limits.connections = 2;
  config.on_full = "reset";
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  EXPECT_EQ(admit(client("192.0.2.2")).action, Action::admit);
  expect_refused(client("192.0.2.3"), Refusal::endpoint_full, Action::reset);
  EndpointConfig other;
  other.on_full = Farewell{"busy"};
  admission = std::make_shared<Admission>(other, slots, observer);
  EXPECT_EQ(admit(client("192.0.2.4")).action, Action::admit);
  expect_refused(client("192.0.2.5"), Refusal::server_full, Action::farewell);
}

TEST_F(AdmissionTest, AddressRulesDoNotApplyToUnixClients) {
  config.accept.allow = std::vector{network("10.0.0.0", 8)};
  config.limits.per_address.connections = 1;
  make();
  const auto unnamed = Address::unix_socket("");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit(unnamed).action, Action::admit);
  for (int i = 0; i < 3; ++i) release(unnamed);
}

TEST_F(AdmissionTest, RefusedClientsAreNotCountedUnderTheirAddress) {
  config.limits.connections = 1;
  config.limits.per_address.connections = 1;
  config.on_full = "close";
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  expect_refused(client("192.0.2.2"), Refusal::endpoint_full, Action::close);
  expect_refused(client("192.0.2.2"), Refusal::endpoint_full, Action::close);
}

TEST_F(AdmissionTest, ReleasedSlotIsGrantedToTheWaitingClient) {
  config.limits.connections = 1;
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  const auto decision = admit(client("192.0.2.2"));
  EXPECT_EQ(decision.action, Action::wait);
  EXPECT_EQ(decision.reason, Refusal::endpoint_full);
  EXPECT_EQ(granted, 0);
  release(client("192.0.2.1"));
  EXPECT_EQ(granted, 1);
  EXPECT_FALSE(admission->cancel_wait(client("192.0.2.2"), waiter)) << "it holds the slot";
  Slots::Waiter other{nullptr, [] {}};
  EXPECT_EQ(admission->acquire_slot(client("192.0.2.3"), other).action, Action::wait);
  EXPECT_TRUE(admission->cancel_wait(client("192.0.2.3"), other));
  admission->release(client("192.0.2.2"));
  EXPECT_EQ(admit(client("192.0.2.4")).action, Action::admit) << "no client waits any more";
}

TEST_F(AdmissionTest, WaiterOfAFullEndpointIsSkipped) {
  config.limits.connections = 1;
  make();
  EndpointConfig second_config;
  Admission second(second_config, slots, observer);
  Slots::Waiter unused;
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  EXPECT_EQ(admit(client("192.0.2.2")).action, Action::wait);  // first in the queue, for the full endpoint
  EXPECT_EQ(second.acquire_slot(client("192.0.2.3"), unused).action, Action::admit);
  EXPECT_EQ(second.acquire_slot(client("192.0.2.4"), unused).action, Action::admit);
  int second_granted = 0;
  Slots::Waiter second_waiter{nullptr, [&] { ++second_granted; }};
  const auto decision = second.acquire_slot(client("192.0.2.5"), second_waiter);
  EXPECT_EQ(decision.action, Action::wait);
  EXPECT_EQ(decision.reason, Refusal::server_full);
  second.release(client("192.0.2.3"));
  EXPECT_EQ(second_granted, 1);
  EXPECT_EQ(granted, 0);
  EXPECT_TRUE(admission->cancel_wait(client("192.0.2.2"), waiter));
  for (const auto* ip : {"192.0.2.4", "192.0.2.5"}) second.release(client(ip));
}

TEST_F(AdmissionTest, OperatorsAreOutsideTheLimitOfTheServerAndHaveTheirOwn) {
  config.on_full = "close";
  make();
  for (const auto* ip : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) EXPECT_EQ(admit(client(ip)).action, Action::admit);
  expect_refused(client("192.0.2.4"), Refusal::server_full, Action::close);
  config.serves_operators = true;
  const auto clients = std::exchange(admission, std::make_shared<Admission>(config, slots, observer));
  for (std::size_t i = 0; i < max_operator_connections; ++i)
    EXPECT_EQ(admit(client("192.0.2.5")).action, Action::admit);
  expect_refused(client("192.0.2.5"), Refusal::endpoint_full, Action::close);
  admission = clients;
  release(client("192.0.2.1"));
  EXPECT_EQ(admit(client("192.0.2.4")).action, Action::admit) << "operators take no slot of the server's";
}

TEST_F(AdmissionTest, OperatorsAreNotObservedUnderTheLimitOfTheServer) {
  Slots observed(slot_count(ObservedConnections{1, true}, 100));
  config.serves_operators = true;
  config.limits.connections = 1;
  config.on_full = "close";
  Admission other(config, observed, observer);
  EXPECT_EQ(other.acquire_slot(client("192.0.2.1"), waiter).action, Action::admit);
  EXPECT_EQ(other.acquire_slot(client("192.0.2.2"), waiter).action, Action::close) << "its own limit is lower";
  ASSERT_EQ(observer.refusals().size(), 1U);
  EXPECT_EQ(observer.refusals()[0].reason, Refusal::endpoint_full);
  other.release(client("192.0.2.1"));
}

TEST_F(AdmissionTest, ObservedNetworksOnlyReport) {
  config.accept.deny = ObservedNetworks{{network("10.0.0.0", 8)}, true};
  make();
  expect_observed(client("10.0.0.1"), Refusal::denied);
  config.accept.deny = {};
  config.accept.allow = ObservedNetworks{{network("10.0.0.0", 8)}, true};
  make();
  expect_observed(client("192.0.2.1"), Refusal::denied);
}

TEST_F(AdmissionTest, ObservedRateOnlyReports) {
  config.accept.rate = ObservedRate{{1, 1h}, true};
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  expect_observed(client("192.0.2.1"), Refusal::rate);
  now += 1h;
  EXPECT_EQ(admission->check_rate(client("192.0.2.1"), now).action, Action::admit);
  EXPECT_EQ(observer.refusals().size(), 1U) << "a client that it would have refused consumes no token";
}

TEST_F(AdmissionTest, ObservedAddressLimitOnlyReports) {
  config.limits.per_address = {1, 64, true};
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  expect_observed(client("192.0.2.1"), Refusal::address_full);
  release(client("192.0.2.1"));
  release(client("192.0.2.1"));
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  EXPECT_EQ(observer.refusals().size(), 1U);
}

TEST_F(AdmissionTest, ObservedEndpointLimitOnlyReports) {
  config.limits.connections = ObservedConnections{1, true};
  make();
  EXPECT_EQ(admit(client("192.0.2.1")).action, Action::admit);
  expect_observed(client("192.0.2.2"), Refusal::endpoint_full);
}

TEST_F(AdmissionTest, ObservedServerLimitOnlyReports) {
  Slots observed(slot_count(ObservedConnections{1, true}, 100));
  Admission other(config, observed, observer);
  EXPECT_EQ(other.acquire_slot(client("192.0.2.1"), waiter).action, Action::admit);
  EXPECT_EQ(other.acquire_slot(client("192.0.2.2"), waiter).action, Action::admit);
  ASSERT_EQ(observer.refusals().size(), 1U);
  EXPECT_EQ(observer.refusals()[0].reason, Refusal::server_full);
  for (const auto* ip : {"192.0.2.1", "192.0.2.2"}) other.release(client(ip));
}

}  // namespace
}  // namespace portico
