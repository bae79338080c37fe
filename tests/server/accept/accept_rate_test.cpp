// Clients that wait for `accept.rate`, with an acceptor and a clock of the test.

#include "server/accept/listener.hpp"
#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"
#include "tests/support/scripted_acceptor.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

using std::chrono::milliseconds;
using test::Pauses;
using test::return_immediately;
using test::ScriptedAcceptor;

// Returns an endpoint that admits one client each second; the others wait.
std::shared_ptr<const Endpoint> make_rate_limited_endpoint(Slots& slots, Observer& observer,
                                                           EndpointConfig config = {}) {
  config.name = "e";
  if (!config.accept.rate) config.accept.rate = Rate{1, std::chrono::seconds(1)};
  Endpoint endpoint{{"e", "h", {}}, return_immediately};
  endpoint.admission = std::make_shared<Admission>(config, slots, observer);
  return std::make_shared<const Endpoint>(std::move(endpoint));
}

TEST(AcceptRateTest, ClientsWaitForTheRateAndEachEpisodeIsReportedOnce) {
  test::RecordingObserver observer;
  Pauses pauses;
  Slots slots{SlotCount{}};
  Worker worker{observer};
  auto acceptor = std::make_unique<ScriptedAcceptor>(worker, std::deque<std::error_code>(4), pauses);
  auto& script = *acceptor;
  Listener listener(worker.context().get_executor(), std::move(acceptor), "192.0.2.1:7000",
                    make_rate_limited_endpoint(slots, observer), observer);
  script.before_last([&script] { script.advance(std::chrono::seconds(5)); });
  listener.start(1);
  test::run_until_idle(worker.context());
  EXPECT_EQ(pauses, (Pauses{milliseconds(1000), milliseconds(1000)}));
  EXPECT_EQ(observer.causes(), std::vector<std::string>{"rate"});
  EXPECT_EQ(observer.resumed().size(), 1U);
  EXPECT_TRUE(observer.refusals().empty());
  listener.stop([] {});
  test::run_until_idle(worker.context());
}

// Serves `clients` clients, of which some leave, one after the other. Returns the pauses.
Pauses pauses_of(int clients, const std::function<bool(int number, std::size_t pauses)>& has_left,
                 test::RecordingObserver& observer) {
  Pauses pauses;
  Slots slots{SlotCount{}};
  Worker worker{observer};
  auto acceptor = std::make_unique<ScriptedAcceptor>(
      worker, std::deque<std::error_code>(static_cast<std::size_t>(clients)), pauses);
  acceptor->on_has_left([&](int number) { return has_left(number, pauses.size()); });
  Listener listener(worker.context().get_executor(), std::move(acceptor), "192.0.2.1:7000",
                    make_rate_limited_endpoint(slots, observer), observer);
  listener.start(1);
  test::run_until_idle(worker.context());
  listener.stop([] {});
  test::run_until_idle(worker.context());
  return pauses;
}

TEST(AcceptRateTest, ClientThatHasLeftTakesNoTokenOfTheRate) {
  test::RecordingObserver observer;
  EXPECT_EQ(pauses_of(
                5, [](int number, std::size_t) { return number < 5; }, observer),
            Pauses{});
  EXPECT_EQ(observer.refusals().size(), 4U) << "no client vanishes";
}

TEST(AcceptRateTest, ClientThatLeavesWhileItWaitsTakesNoTokenOfTheRate) {
  const auto second_leaves = [](int number, std::size_t pauses) { return number == 2 && pauses == 1; };
  test::RecordingObserver observer;
  EXPECT_EQ(pauses_of(3, second_leaves, observer), Pauses{milliseconds(1000)}) << "the third gets the second's token";
  EXPECT_EQ(observer.refusals().size(), 1U) << "no client vanishes";
}

// Returns the number of times that a client is asked if it has left.
int questions_asked(Slots& slots, Observer& observer, const EndpointConfig& config) {
  Pauses pauses;
  Worker worker{observer};
  auto acceptor = std::make_unique<ScriptedAcceptor>(worker, std::deque<std::error_code>(1), pauses);
  int questions = 0;
  acceptor->on_has_left([&](int) { return ++questions > 0; });
  Listener listener(worker.context().get_executor(), std::move(acceptor), "192.0.2.1:7000",
                    make_rate_limited_endpoint(slots, observer, config), observer);
  listener.start(1);
  test::run_until_idle(worker.context());
  listener.stop([] {});
  test::run_until_idle(worker.context());
  return questions;
}

TEST(AcceptRateTest, OnlyAClientThatTheRateCouldDelayIsAskedIfItHasLeft) {
  test::RecordingObserver observer;
  Slots slots{SlotCount{}};
  EndpointConfig config;
  EXPECT_EQ(questions_asked(slots, observer, config), 1);
  EXPECT_TRUE(observer.ends().empty()) << "it is not served";
  ASSERT_EQ(observer.refusals().size(), 1U) << "no client vanishes";
  EXPECT_EQ(observer.refusals()[0].reason, Refusal::rate);
  config.accept.rate = ObservedRate{{1, std::chrono::seconds(1)}, true};
  EXPECT_EQ(questions_asked(slots, observer, config), 0) << "a dry run changes nothing";
  EXPECT_EQ(observer.ends().size(), 1U);
  config.accept.rate = Rate{1, std::chrono::seconds(1)};
  config.accept.deny = std::vector{Network{}};  // 0.0.0.0/0
  EXPECT_EQ(questions_asked(slots, observer, config), 0) << "a denied client stays cheap";
  EXPECT_EQ(observer.refusals().back().reason, Refusal::denied);
}

TEST(AcceptRateTest, TokensAreTakenInTheOrderOfTheQueue) {
  test::RecordingObserver observer;
  Slots slots{SlotCount{}};
  const auto endpoint = make_rate_limited_endpoint(slots, observer);
  auto& admission = *endpoint->admission;
  std::chrono::steady_clock::time_point now{};
  const auto pause_of = [&](Admission::Turn& turn) { return admission.check_rate({}, now, &turn).pause; };
  Admission::Turn served, first, second, third;
  EXPECT_EQ(pause_of(served), milliseconds(0));
  for (auto* turn : {&first, &second, &third}) EXPECT_EQ(pause_of(*turn), milliseconds(1000));
  now += std::chrono::seconds(1);
  EXPECT_EQ(pause_of(second), milliseconds(1)) << "another one's turn";
  EXPECT_EQ(pause_of(first), milliseconds(0));
  now += std::chrono::seconds(1);
  EXPECT_EQ(pause_of(third), milliseconds(1));
  admission.leave_queue(second);
  EXPECT_EQ(pause_of(third), milliseconds(0));
}

// An acceptor whose sleeps last until the test ends them, with a clock that several share.
class PatientAcceptor final : public ScriptedAcceptor {
 public:
  PatientAcceptor(Worker& worker, Pauses& pauses, const std::chrono::steady_clock::time_point& now)
      : ScriptedAcceptor(worker, std::deque<std::error_code>(1), pauses),
        pauses_(pauses),
        now_(now),
        timer_(worker.context(), std::chrono::steady_clock::time_point::max()) {}

  asio::awaitable<void> sleep(milliseconds duration) override {
    pauses_.push_back(duration);
    std::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  std::chrono::steady_clock::time_point now() const override { return now_; }
  void wake() { timer_.cancel(); }
  void close() override {
    wake();
    ScriptedAcceptor::close();
  }

 private:
  Pauses& pauses_;
  const std::chrono::steady_clock::time_point& now_;
  asio::steady_timer timer_;
};

TEST(AcceptRateTest, ClientsOfAllAddressesWaitForTheRateInOneQueue) {
  test::RecordingObserver observer;
  Slots slots{SlotCount{}};
  Worker worker{observer};
  const auto endpoint = make_rate_limited_endpoint(slots, observer);
  std::chrono::steady_clock::time_point now{};
  Pauses pauses;
  std::deque<Listener> listeners;
  std::vector<PatientAcceptor*> acceptors;
  const auto start = [&] {  // another address, with one client
    auto acceptor = std::make_unique<PatientAcceptor>(worker, pauses, now);
    acceptors.push_back(acceptor.get());
    listeners.emplace_back(worker.context().get_executor(), std::move(acceptor), "192.0.2.1:7000", endpoint, observer);
    listeners.back().start(1);
    test::run_until_idle(worker.context());
  };
  start();  // takes the first token
  start();  // waits
  EXPECT_EQ(pauses, Pauses{milliseconds(1000)});
  now += std::chrono::seconds(1);
  start();  // accepted before the second client wakes up
  EXPECT_EQ(pauses, (Pauses{milliseconds(1000), milliseconds(1)})) << "it is the second one's turn";
  EXPECT_EQ(worker.connections(), 1U);
  acceptors[1]->wake();
  test::run_until_idle(worker.context());
  EXPECT_EQ(worker.connections(), 2U);
  acceptors[2]->wake();
  test::run_until_idle(worker.context());
  EXPECT_EQ(pauses.back(), milliseconds(1000));
  for (auto& listener : listeners) listener.stop([] {});
  test::run_until_idle(worker.context());
}

}  // namespace
}  // namespace portico
