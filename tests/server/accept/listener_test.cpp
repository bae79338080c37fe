// Accept errors in a listener, with an acceptor and a clock of the test.

#include "server/accept/listener.hpp"

#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"
#include "tests/support/scripted_acceptor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <future>
#include <memory>

namespace portico {
namespace {

using std::chrono::milliseconds;
using test::Pauses;
using test::return_immediately;
using test::ScriptedAcceptor;

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

TEST(ListenerTest, ClientAfterErrorsIsServed) {
  ListenerFixture fixture({asio::error::no_descriptors, success});
  EXPECT_EQ(fixture.worker.connections(), 1U) << "lingers until its client disconnects";
}

}  // namespace
}  // namespace portico
