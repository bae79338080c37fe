// What a listener does with accepts that fail: the acceptor and its clock are the test's.

#include "server/accept/listener.hpp"

#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <future>
#include <optional>

namespace portico {
namespace {

using std::chrono::milliseconds;
using Pauses = std::vector<milliseconds>;

// Fails as scripted, then gives a client for each `no error`, then waits until it is closed.
class ScriptedAcceptor : public Acceptor {
 public:
  ScriptedAcceptor(Worker& worker, std::deque<std::error_code> script, Pauses& pauses)
      : worker_(worker), script_(std::move(script)), pauses_(pauses), end_(worker.context()) {
    end_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  asio::awaitable<Accepted> accept() override {
    Accepted accepted;
    if (script_.empty()) {
      std::error_code cancelled;
      co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      accepted.error = asio::error::operation_aborted;
      co_return accepted;
    }
    if (script_.size() == 1 && before_the_last_) before_the_last_();
    accepted.error = script_.front();
    script_.pop_front();
    if (!accepted.error) connect(accepted);
    co_return accepted;
  }

  asio::awaitable<void> sleep(milliseconds duration) override {
    pauses_.push_back(duration);
    now_ += duration;
    co_return;
  }

  std::chrono::steady_clock::time_point now() const override { return now_; }
  void pass(std::chrono::steady_clock::duration time) { now_ += time; }
  void before_the_last(std::function<void()> action) { before_the_last_ = std::move(action); }
  void close() override { end_.cancel(); }

 private:
  void connect(Accepted& accepted) {
    asio::ip::tcp::acceptor acceptor(worker_.context(), {asio::ip::address_v4::loopback(), 0});
    client_.emplace(worker_.context());
    client_->connect(acceptor.local_endpoint());
    accepted.worker = &worker_;
    accepted.socket.emplace(worker_.context());
    acceptor.accept(*accepted.socket);
  }

  Worker& worker_;
  std::deque<std::error_code> script_;
  Pauses& pauses_;
  asio::steady_timer end_;
  std::chrono::steady_clock::time_point now_{};
  std::function<void()> before_the_last_;
  std::optional<asio::ip::tcp::socket> client_;
};

asio::awaitable<void> return_at_once(Connection&) { co_return; }

struct World {
  explicit World(std::deque<std::error_code> script, int loops = 1)
      : listener(worker.context().get_executor(), std::make_unique<ScriptedAcceptor>(worker, std::move(script), pauses),
                 "192.0.2.1:7000", std::make_shared<const Endpoint>(Endpoint{{"e", "h", {}}, return_at_once}),
                 observer) {
    listener.start(loops);
    test::run_until_idle(worker.context());
  }
  ~World() {
    bool closed = false;
    listener.stop([&closed] { closed = true; });
    test::run_until_idle(worker.context());
    EXPECT_TRUE(closed) << "a loop has not ended";
  }

  test::RecordingObserver observer;
  Pauses pauses;
  Worker worker{observer};
  Listener listener;
};

const std::error_code success;

TEST(Listener, TakesAClientThatHasGoneForNothing) {
  World world({asio::error::connection_aborted, asio::error::connection_reset});
  EXPECT_TRUE(world.pauses.empty());
  EXPECT_TRUE(world.observer.paused().empty());
}

TEST(Listener, PausesLongerAndLongerWhileDescriptorsAreShortAndSaysSoOnce) {
  const std::error_code shortage = asio::error::no_descriptors;
  World world({shortage, shortage, shortage, shortage, shortage, shortage, success});
  EXPECT_EQ(world.pauses, (Pauses{milliseconds(100), milliseconds(200), milliseconds(400), milliseconds(800),
                                  milliseconds(1000), milliseconds(1000)}));
  EXPECT_EQ(world.observer.paused(), std::vector{shortage});
  EXPECT_EQ(world.observer.resumed(), std::vector{milliseconds(3500)});
}

TEST(Listener, StartsANewEpisodeAfterASuccess) {
  World world({asio::error::no_buffer_space, success, asio::error::no_memory, success});
  EXPECT_EQ(world.pauses, (Pauses{milliseconds(100), milliseconds(100)}));
  EXPECT_EQ(world.observer.paused().size(), 2U);
  EXPECT_EQ(world.observer.resumed().size(), 2U);
}

TEST(Listener, PausesForAnErrorThatNobodyHasThoughtOf) {
  World world({std::error_code(12345, asio::error::get_system_category()),
               std::make_error_code(std::future_errc::broken_promise)});
  EXPECT_EQ(world.pauses, (Pauses{milliseconds(100), milliseconds(200)}));
  EXPECT_EQ(world.observer.paused().size(), 1U);
}

TEST(Listener, PausesWhenEveryClientSeemsToHaveGone) {
  World world(std::deque<std::error_code>(AcceptBackoff::max_retries, asio::error::connection_aborted));
  EXPECT_EQ(world.pauses, Pauses{milliseconds(100)});
}

TEST(Listener, LetsItsLoopsPauseTogether) {
  World world({asio::error::no_descriptors, asio::error::no_descriptors, asio::error::no_descriptors}, 3);
  EXPECT_EQ(world.observer.paused().size(), 1U);
  EXPECT_EQ(world.pauses.size(), 3U);
}

TEST(Listener, DoesNotPauseLongerAndLongerForClientsThatAllGo) {
  World world(std::deque<std::error_code>(2 * AcceptBackoff::max_retries, asio::error::connection_aborted));
  EXPECT_EQ(world.pauses, (Pauses{milliseconds(100), milliseconds(100)}));
}

// An endpoint that lets one client in each second, and makes the others wait.
std::shared_ptr<const Endpoint> one_a_second(Slots& slots, Observer& observer) {
  EndpointConfig config;
  config.name = "e";
  config.accept.rate = Rate{1, std::chrono::seconds(1)};
  Endpoint endpoint{{"e", "h", {}}, return_at_once};
  endpoint.admission = std::make_shared<Admission>(config, slots, observer);
  return std::make_shared<const Endpoint>(std::move(endpoint));
}

TEST(Listener, MakesClientsWaitForTheRateAndSaysSoOnceAndWhenItIsOver) {
  test::RecordingObserver observer;
  Pauses pauses;
  Slots slots{SlotCount{}};
  Worker worker{observer};
  auto acceptor = std::make_unique<ScriptedAcceptor>(worker, std::deque<std::error_code>(4), pauses);
  auto& script = *acceptor;
  Listener listener(worker.context().get_executor(), std::move(acceptor), "192.0.2.1:7000",
                    one_a_second(slots, observer), observer);
  script.before_the_last([&script] { script.pass(std::chrono::seconds(5)); });
  listener.start(1);
  test::run_until_idle(worker.context());
  EXPECT_EQ(pauses, (Pauses{milliseconds(1000), milliseconds(1000)}));
  EXPECT_EQ(observer.causes(), std::vector<std::string>{"rate"});
  EXPECT_EQ(observer.resumed().size(), 1U);
  EXPECT_TRUE(observer.refusals().empty());
  listener.stop([] {});
  test::run_until_idle(worker.context());
}

TEST(Listener, ServesTheClientThatComesAfterErrors) {
  World world({asio::error::no_descriptors, success});
  EXPECT_EQ(world.worker.connections(), 1U) << "lingers until its client has gone";
}

}  // namespace
}  // namespace portico
