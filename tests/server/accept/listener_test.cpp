// Accept errors in a listener, with an acceptor and a clock of the test.

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

// Returns each error of its script, and a client for each success in it; then waits until it is closed.
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
    if (script_.size() == 1 && before_last_) before_last_();
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
  bool has_left(Accepted&) override { return has_left_ && has_left_(number_); }
  // `has_left` says if the client of that number, from 1 on, has left by now. For one loop.
  void on_has_left(std::function<bool(int)> has_left) { has_left_ = std::move(has_left); }
  void advance(std::chrono::steady_clock::duration time) { now_ += time; }
  void before_last(std::function<void()> action) { before_last_ = std::move(action); }
  void close() override { end_.cancel(); }

 private:
  void connect(Accepted& accepted) {
    ++number_;
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
  std::function<void()> before_last_;
  std::function<bool(int)> has_left_;
  int number_ = 0;
  std::optional<asio::ip::tcp::socket> client_;
};

asio::awaitable<void> return_immediately(Connection&) { co_return; }

struct ListenerFixture {
  explicit ListenerFixture(std::deque<std::error_code> script, int loops = 1)
      : listener(worker.context().get_executor(), std::make_unique<ScriptedAcceptor>(worker, std::move(script), pauses),
                 "192.0.2.1:7000", std::make_shared<const Endpoint>(Endpoint{{"e", "h", {}}, return_immediately}),
                 observer) {
    listener.start(loops);
    test::run_until_idle(worker.context());
  }
  ~ListenerFixture() {
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

TEST(ListenerTest, DisconnectedClientCausesNoPause) {
  ListenerFixture fixture({asio::error::connection_aborted, asio::error::connection_reset});
  EXPECT_TRUE(fixture.pauses.empty());
  EXPECT_TRUE(fixture.observer.paused().empty());
}

TEST(ListenerTest, PausesGrowWhileDescriptorsAreShortAndAreReportedOnce) {
  const std::error_code shortage = asio::error::no_descriptors;
  ListenerFixture fixture({shortage, shortage, shortage, shortage, shortage, shortage, success});
  EXPECT_EQ(fixture.pauses, (Pauses{milliseconds(100), milliseconds(200), milliseconds(400), milliseconds(800),
                                    milliseconds(1000), milliseconds(1000)}));
  EXPECT_EQ(fixture.observer.paused(), std::vector{shortage});
  EXPECT_EQ(fixture.observer.resumed(), std::vector{milliseconds(3500)});
}

TEST(ListenerTest, EachSuccessEndsAnEpisode) {
  ListenerFixture fixture({asio::error::no_buffer_space, success, asio::error::no_memory, success});
  EXPECT_EQ(fixture.pauses, (Pauses{milliseconds(100), milliseconds(100)}));
  EXPECT_EQ(fixture.observer.paused().size(), 2U);
  EXPECT_EQ(fixture.observer.resumed().size(), 2U);
}

TEST(ListenerTest, UnknownErrorCausesAPause) {
  ListenerFixture fixture({std::error_code(12345, asio::error::get_system_category()),
                           std::make_error_code(std::future_errc::broken_promise)});
  EXPECT_EQ(fixture.pauses, (Pauses{milliseconds(100), milliseconds(200)}));
  EXPECT_EQ(fixture.observer.paused().size(), 1U);
}

TEST(ListenerTest, ManyDisconnectedClientsCauseAPause) {
  ListenerFixture fixture(std::deque<std::error_code>(AcceptBackoff::max_retries, asio::error::connection_aborted));
  EXPECT_EQ(fixture.pauses, Pauses{milliseconds(100)});
}

TEST(ListenerTest, AllLoopsPauseTogether) {
  ListenerFixture fixture({asio::error::no_descriptors, asio::error::no_descriptors, asio::error::no_descriptors}, 3);
  EXPECT_EQ(fixture.observer.paused().size(), 1U);
  EXPECT_EQ(fixture.pauses.size(), 3U);
}

TEST(ListenerTest, PausesForDisconnectedClientsDoNotGrow) {
  ListenerFixture fixture(std::deque<std::error_code>(2 * AcceptBackoff::max_retries, asio::error::connection_aborted));
  EXPECT_EQ(fixture.pauses, (Pauses{milliseconds(100), milliseconds(100)}));
}

// Returns an endpoint that admits one client each second; the others wait.
std::shared_ptr<const Endpoint> make_rate_limited_endpoint(Slots& slots, Observer& observer) {
  EndpointConfig config;
  config.name = "e";
  config.accept.rate = Rate{1, std::chrono::seconds(1)};
  Endpoint endpoint{{"e", "h", {}}, return_immediately};
  endpoint.admission = std::make_shared<Admission>(config, slots, observer);
  return std::make_shared<const Endpoint>(std::move(endpoint));
}

TEST(ListenerTest, ClientsWaitForTheRateAndEachEpisodeIsReportedOnce) {
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
Pauses pauses_of(int clients, const std::function<bool(int number, std::size_t pauses)>& has_left) {
  test::RecordingObserver observer;
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

TEST(ListenerTest, ClientThatHasLeftTakesNoTokenOfTheRate) {
  EXPECT_EQ(pauses_of(5, [](int number, std::size_t) { return number < 5; }), Pauses{});
}

TEST(ListenerTest, ClientThatLeavesWhileItWaitsTakesNoTokenOfTheRate) {
  const auto second_leaves = [](int number, std::size_t pauses) { return number == 2 && pauses == 1; };
  EXPECT_EQ(pauses_of(3, second_leaves), Pauses{milliseconds(1000)}) << "the third one gets the second one's token";
}

TEST(ListenerTest, ClientAfterErrorsIsServed) {
  ListenerFixture fixture({asio::error::no_descriptors, success});
  EXPECT_EQ(fixture.worker.connections(), 1U) << "lingers until its client disconnects";
}

}  // namespace
}  // namespace portico
