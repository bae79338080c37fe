// The life of a connection from its start to its `closed` event, over a stream in memory and with the test's time.

#include "server/connections.hpp"

#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"

#include <portico/frames.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::run_until_idle;

// How a stream was closed, which outlives it.
struct Closing {
  std::optional<bool> reset;
};

class WatchedStream : public test::MemoryStream {
 public:
  WatchedStream(asio::io_context& context, Closing& closing) : MemoryStream(context), closing_(closing) {}
  void close(bool reset) override {
    closing_.reset = reset;
    MemoryStream::close(reset);
  }

 private:
  Closing& closing_;
};

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

asio::awaitable<void> lines(Connection& connection) {
  Lines all(connection, 8);
  while (const auto line = co_await all.next()) co_await connection.write("<", *line, ">");
}

class ConnectionsTest : public testing::Test {
 protected:
  // Starts `session`; the stream is the test's until the connection has ended.
  test::MemoryStream& start(asio::awaitable<void> (*session)(Connection&), const Timeouts& timeouts = {}) {
    auto stream = std::make_unique<WatchedStream>(context, closing);
    auto& kept = *stream;
    connections.start(std::move(stream), Address(),
                      std::make_shared<const Endpoint>(Endpoint{{"e", "h", timeouts}, session}));
    run_until_idle(context);
    return kept;
  }

  void pass(std::chrono::milliseconds time) {
    connections.sweep(host.now + time);
    run_until_idle(context);
  }

  // The one connection's end.
  test::RecordingObserver::End end() {
    run_until_idle(context);
    const auto ends = observer.ends();
    EXPECT_EQ(ends.size(), 1U);
    EXPECT_EQ(connections.size(), 0U);
    return ends.empty() ? test::RecordingObserver::End{} : ends.front();
  }

  void expect_end(EndReason reason, bool reset) {
    EXPECT_EQ(to_string(end().reason), to_string(reason));
    EXPECT_EQ(closing.reset, reset);
  }

  asio::io_context context;
  ConnectionHost host{context.get_executor(), {}, {}, false};
  test::RecordingObserver observer;
  Closing closing;
  Connections connections{host, observer};
};

TEST_F(ConnectionsTest, AnEchoEndsInOrderWithItsPeer) {
  auto& stream = start(echo);
  stream.feed("hello");
  run_until_idle(context);
  EXPECT_EQ(stream.written(), "hello");
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_EQ(observer.ends()[0].bytes_in, 5U);
  EXPECT_EQ(observer.ends()[0].bytes_out, 5U);
}

TEST_F(ConnectionsTest, ASessionThatThrowsEndsAloneWithItsText) {
  start([](Connection&) -> asio::awaitable<void> {
    throw std::runtime_error("no more");
    co_return;
  });
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "no more");
}

TEST_F(ConnectionsTest, ASessionMayThrowAnything) {
  start([](Connection&) -> asio::awaitable<void> {
    throw 42;
    co_return;
  });
  expect_end(EndReason::handler_error, true);
  EXPECT_FALSE(observer.ends()[0].text.empty());
}

TEST_F(ConnectionsTest, APartialAnswerIsReset) {
  start([](Connection& connection) -> asio::awaitable<void> {
    co_await connection.write("half an ans");
    throw std::runtime_error("no more");
  });
  expect_end(EndReason::handler_error, true);
}

TEST_F(ConnectionsTest, ABrokenNetworkIsTheReason) {
  auto& stream = start(echo);
  stream.break_input(asio::error::connection_reset);
  expect_end(EndReason::peer_reset, true);
}

TEST_F(ConnectionsTest, AMessageOverItsMaximumIsTheReason) {
  auto& stream = start(lines);
  stream.feed("a line too long\n");
  expect_end(EndReason::message_too_long, true);
}

TEST_F(ConnectionsTest, ASilentClientEndsAtItsFirstByteDeadlineAndNotBefore) {
  start(echo, {.first_byte = 10s});
  pass(10s - 1ms);
  EXPECT_EQ(connections.size(), 1U);
  pass(2 * sweep_period);
  expect_end(EndReason::first_byte_timeout, true);
}

TEST_F(ConnectionsTest, AnIdleClientEndsAtItsDeadlineAfterTheLastMessage) {
  auto& stream = start(echo, {.first_byte = 10s, .idle = 20s});
  stream.feed("hello");
  run_until_idle(context);
  pass(19s);
  stream.feed("again");
  run_until_idle(context);
  pass(19s);
  EXPECT_EQ(connections.size(), 1U);
  pass(2s);
  expect_end(EndReason::idle_timeout, true);
}

TEST_F(ConnectionsTest, AClientThatTakesNothingEndsAtTheWriteDeadline) {
  auto& stream = start(echo, {.write = 5s});
  stream.set_room(3);
  stream.feed("hello");
  run_until_idle(context);
  pass(6s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(ConnectionsTest, AHalfClosedClientThatTakesNothingEndsAtItsOwnDeadline) {
  auto& stream = start(
      [](Connection& connection) -> asio::awaitable<void> {
        while (!(co_await connection.read()).empty()) {
        }
        co_await connection.write("answer");
      },
      {.write = 60s, .half_closed = 5s});
  stream.set_room(0);
  stream.end_input();
  run_until_idle(context);
  pass(6s);
  expect_end(EndReason::half_closed_timeout, true);
}

TEST_F(ConnectionsTest, ASessionMayNotLastLongerThanItsDeadline) {
  start(echo, {.first_byte = 0s, .session = 5s});
  connections.sweep(std::chrono::steady_clock::now() + 6s);
  expect_end(EndReason::session_timeout, true);
}

TEST_F(ConnectionsTest, AZeroTurnsADeadlineOff) {
  start(echo, {.first_byte = 0s});
  pass(24h * 365);
  EXPECT_EQ(connections.size(), 1U);
  connections.cut_all(EndReason::killed);
  end();
}

TEST_F(ConnectionsTest, AStopIsTheEndOfInputForAClientThatWaits) {
  auto& stream = start(echo);
  stream.feed("hello");
  run_until_idle(context);
  connections.drain();
  run_until_idle(context);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, WhatHasArrivedWhenTheStopComesIsAnswered) {
  auto& stream = start(echo);
  connections.drain();
  stream.feed("hello");  // before the session runs again
  run_until_idle(context);
  EXPECT_EQ(stream.written(), "hello");
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, AStopLetsABegunMessageBeCompleted) {
  auto& stream = start(lines);
  stream.feed("hel");
  run_until_idle(context);
  connections.drain();
  run_until_idle(context);
  EXPECT_FALSE(stream.write_ended());
  stream.feed("lo\n");
  run_until_idle(context);
  EXPECT_EQ(stream.written(), "<hello>");
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, ASessionThatStartsWhileStoppingSeesTheEnd) {
  connections.drain();
  auto& stream = start(echo);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, ACutIsAReset) {
  auto& stream = start(lines);
  stream.feed("hel");
  run_until_idle(context);
  EXPECT_EQ(connections.cut_all(EndReason::killed), 1U);
  expect_end(EndReason::killed, true);
}

TEST_F(ConnectionsTest, ASessionCannotSwallowACut) {
  start([](Connection& connection) -> asio::awaitable<void> {
    try {
      co_await connection.read();
    } catch (const std::exception&) {
    }
  });
  connections.cut_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(ConnectionsTest, LingersForAPeerThatStillSendsButNotForEver) {
  auto& stream =
      start([](Connection& connection) -> asio::awaitable<void> { co_await connection.write("bye"); }, {.linger = 5s});
  EXPECT_TRUE(stream.write_ended());
  stream.feed("still here");
  run_until_idle(context);
  EXPECT_EQ(connections.size(), 1U);
  pass(6s);
  expect_end(EndReason::finished, false);
}

TEST_F(ConnectionsTest, ACutOnlyEndsTheWaitOfAConnectionThatLingers) {
  auto& stream = start(lines);
  stream.feed("hello\n");
  run_until_idle(context);
  connections.drain();
  run_until_idle(context);
  EXPECT_TRUE(stream.write_ended());
  EXPECT_EQ(connections.cut_all(EndReason::killed), 0U) << "its answer is complete";
  expect_end(EndReason::stopping, false);
}

// The reason is right and nothing is left, whichever operation of an echo fails.
TEST_F(ConnectionsTest, AnyOperationMayFail) {
  for (std::size_t number = 1;; ++number) {
    auto& stream = start(echo);
    stream.fail_at(number, asio::error::connection_reset);
    bool failed = false;
    for (int message = 0; message < 3 && connections.size() != 0; ++message) {
      stream.feed("hello");
      run_until_idle(context);
    }
    if (connections.size() == 0) {
      failed = true;
      EXPECT_EQ(observer.ends().back().reason, EndReason::peer_reset) << "operation " << number;
      EXPECT_EQ(closing.reset, true);
    } else {
      stream.end_input();
      run_until_idle(context);
      EXPECT_EQ(connections.size(), 0U);
    }
    if (!failed) {
      EXPECT_GT(number, 3U) << "no operation failed at all";
      break;
    }
  }
}

}  // namespace
}  // namespace portico
