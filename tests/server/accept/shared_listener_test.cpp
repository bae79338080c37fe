// A listener of a socket from which other processes accept too, with an acceptor and a clock of the test.

#include "server/accept/listener.hpp"
#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"
#include "tests/support/scripted_acceptor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

using std::chrono::milliseconds;
using test::Pauses;
using test::return_immediately;
using test::ScriptedAcceptor;

const std::error_code success;

// A listener of a shared socket on which three clients wait.
class SharedListenerTest : public testing::Test {
 protected:
  void TearDown() override {
    if (admission) admission->release(Address());
  }

  void start(const EndpointConfig& config, std::deque<std::error_code> script = std::deque<std::error_code>(3)) {
    Endpoint endpoint{{"e", "h", {}}, return_immediately};
    admission = endpoint.admission = std::make_shared<Admission>(config, slots, observer);
    auto scripted = std::make_unique<ScriptedAcceptor>(worker, std::move(script), pauses);
    acceptor = scripted.get();
    acceptor->share();
    // A slot that is taken by another client.
    Slots::Waiter unused;
    EXPECT_EQ(admission->acquire_slot(Address(), unused).action, Admission::Action::admit);
    listener.emplace(worker.context().get_executor(), std::move(scripted), "192.0.2.1:7000",
                     std::make_shared<const Endpoint>(std::move(endpoint)), observer);
    listener->start(8);
    test::run_until_idle(worker.context());
  }

  void stop() {
    listener->stop([this] { closed = true; });
    test::run_until_idle(worker.context());
    EXPECT_TRUE(closed) << "the loop has not ended";
  }

  static EndpointConfig with_limit(int connections) {
    EndpointConfig config;
    config.limits.connections = connections;
    return config;
  }

  test::RecordingObserver observer;
  Pauses pauses;
  Slots slots{SlotCount{}};
  Worker worker{observer};
  std::shared_ptr<Admission> admission;
  ScriptedAcceptor* acceptor = nullptr;
  std::optional<Listener> listener;
  bool closed = false;
};

TEST_F(SharedListenerTest, ClientsThatWouldHaveToWaitForASlotAreNotAccepted) {
  start(with_limit(2));
  EXPECT_EQ(worker.connections(), 1U);
  EXPECT_EQ(acceptor->remaining(), 2U) << "they are left to the next server";
  EXPECT_EQ(observer.causes(), std::vector<std::string>{"endpoint_full"});
  stop();
  EXPECT_EQ(acceptor->remaining(), 2U);
  EXPECT_TRUE(observer.refusals().empty()) << "no client was sent away";
}

TEST_F(SharedListenerTest, ClientsThatWouldHaveToWaitForTheRateAreNotAccepted) {
  EndpointConfig config;
  config.accept.rate = Rate{1, std::chrono::seconds(1)};
  start(config);
  EXPECT_EQ(acceptor->remaining(), 0U);
  EXPECT_EQ(pauses, (Pauses{milliseconds(1000), milliseconds(1000)}))
      << "before the accept of the second and the third";
  EXPECT_EQ(observer.causes(), std::vector<std::string>{"rate"});
  stop();
}

TEST_F(SharedListenerTest, ClientThatAnotherProcessHasAcceptedTakesNoSlot) {
  start(with_limit(2), {asio::error::would_block, asio::error::would_block, success});
  EXPECT_EQ(worker.connections(), 1U);
  EXPECT_TRUE(pauses.empty());
  EXPECT_TRUE(observer.paused().empty());
  stop();
}

TEST_F(SharedListenerTest, RefusedClientGivesItsSlotBack) {
  auto config = with_limit(2);
  config.accept.deny = std::vector{Network{{}, false, 0}};
  start(config);
  EXPECT_EQ(observer.refusals().size(), 3U);
  EXPECT_EQ(worker.connections(), 0U);
  stop();
}

TEST_F(SharedListenerTest, WithoutWaitFullEndpointsRefuse) {
  auto config = with_limit(1);
  config.on_full = "reset";
  start(config);
  EXPECT_EQ(observer.refusals().size(), 3U);
  EXPECT_EQ(acceptor->remaining(), 0U);
  stop();
}

}  // namespace
}  // namespace portico
