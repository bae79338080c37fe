// Connections from their start to their `closed` event, over streams in memory and with the test's clock.

#include "tests/support/connections_fixture.hpp"

#include <portico/frames.hpp>

#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::run_until_idle;

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

asio::awaitable<void> lines(Connection& connection) {
  Lines all(connection, 8);
  while (const auto line = co_await all.next()) co_await connection.write("<", *line, ">");
}

asio::awaitable<void> write_33_bytes(Connection& connection) {
  for (int i = 0; i < 33; ++i) co_await connection.write("x");
}

class ConnectionsTest : public testing::Test, protected test::ConnectionsFixture {};

TEST_F(ConnectionsTest, EchoEndsInOrderWithItsPeer) {
  auto& stream = start(echo);
  stream.feed("hello");
  run_until_idle(context);
  EXPECT_EQ(stream.written(), "hello");
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_EQ(observer.ends()[0].bytes_in, 5U);
  EXPECT_EQ(observer.ends()[0].bytes_out, 5U);
}

TEST_F(ConnectionsTest, ThrowingSessionEndsItsConnectionWithTheErrorText) {
  start([](Connection&) -> asio::awaitable<void> {
    throw std::runtime_error("no more");
    co_return;
  });
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "no more");
}

TEST_F(ConnectionsTest, SessionMayThrowAnyType) {
  start([](Connection&) -> asio::awaitable<void> {
    throw 42;
    co_return;
  });
  expect_end(EndReason::handler_error, true);
  EXPECT_FALSE(observer.ends()[0].text.empty());
}

TEST_F(ConnectionsTest, PartialAnswerIsReset) {
  start([](Connection& connection) -> asio::awaitable<void> {
    co_await connection.write("half an ans");
    throw std::runtime_error("no more");
  });
  expect_end(EndReason::handler_error, true);
}

TEST_F(ConnectionsTest, NetworkErrorIsTheReason) {
  auto& stream = start(echo);
  stream.break_input(asio::error::connection_reset);
  expect_end(EndReason::peer_reset, true);
}

TEST_F(ConnectionsTest, TooLongMessageIsTheReason) {
  auto& stream = start(lines);
  stream.feed("a line too long\n");
  expect_end(EndReason::message_too_long, true);
}

TEST_F(ConnectionsTest, SilentClientEndsAtTheFirstByteDeadlineAndNotBefore) {
  start(echo, {.first_byte = 10s});
  advance(10s - 1ms);
  EXPECT_EQ(connections.size(), 1U);
  advance(2 * sweep_period);
  expect_end(EndReason::first_byte_timeout, true);
}

TEST_F(ConnectionsTest, LateSweepMakesNoDeadlineEarly) {
  start(echo, {.first_byte = 10s});
  worker.begin_sweep(worker.now + 5s);  // the connection may have started just now
  connections.sweep();
  worker.begin_sweep(worker.now + 10s - 1ms);
  connections.sweep();
  run_until_idle(context);
  EXPECT_EQ(connections.size(), 1U);
  worker.begin_sweep(worker.now + 1ms);
  connections.sweep();
  expect_end(EndReason::first_byte_timeout, true);
}

TEST_F(ConnectionsTest, IdleDeadlineStartsAfterTheLastMessage) {
  auto& stream = start(echo, {.first_byte = 10s, .idle = 20s});
  stream.feed("hello");
  run_until_idle(context);
  advance(19s);
  stream.feed("again");
  run_until_idle(context);
  advance(19s);
  EXPECT_EQ(connections.size(), 1U);
  advance(2s);
  expect_end(EndReason::idle_timeout, true);
}

TEST_F(ConnectionsTest, ClientThatDoesNotReadEndsAtTheWriteDeadline) {
  auto& stream = start(echo, {.write = 5s});
  stream.set_room(3);
  stream.feed("hello");
  run_until_idle(context);
  advance(6s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(ConnectionsTest, HalfClosedClientThatDoesNotReadEndsAtItsOwnDeadline) {
  auto& stream = start(
      [](Connection& connection) -> asio::awaitable<void> {
        for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
        }
        co_await connection.write("answer");
      },
      {.write = 60s, .half_closed = 5s});
  stream.set_room(0);
  stream.end_input();
  run_until_idle(context);
  advance(6s);
  expect_end(EndReason::half_closed_timeout, true);
}

TEST_F(ConnectionsTest, SessionEndsAtTheSessionDeadline) {
  start(echo, {.first_byte = 0s, .session = 5s});
  worker.begin_sweep(std::chrono::steady_clock::now() + 6s);
  connections.sweep();
  expect_end(EndReason::session_timeout, true);
}

TEST_F(ConnectionsTest, ZeroTurnsADeadlineOff) {
  start(echo, {.first_byte = 0s});
  advance(24h * 365);
  EXPECT_EQ(connections.size(), 1U);
  connections.abort_all(EndReason::killed);
  end();
}

TEST_F(ConnectionsTest, StopIsEndOfInputForAWaitingRead) {
  auto& stream = start(echo);
  stream.feed("hello");
  run_until_idle(context);
  connections.drain();
  run_until_idle(context);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, BytesReceivedBeforeTheStopAreAnswered) {
  auto& stream = start(echo);
  connections.drain();
  stream.feed("hello");  // before the session runs again
  run_until_idle(context);
  EXPECT_EQ(stream.written(), "hello");
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, PartialMessageMayBeCompletedAfterTheStop) {
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

TEST_F(ConnectionsTest, SessionStartedAfterTheStopReadsEndOfInput) {
  connections.drain();
  auto& stream = start(echo);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, ExceptionAfterTheStopIsTheReason) {
  start([](Connection& connection) -> asio::awaitable<void> {
    co_await connection.read();
    throw std::runtime_error("the cellar is flooded");
  });
  connections.drain();
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "the cellar is flooded");
}

TEST_F(ConnectionsTest, AbortResetsTheConnection) {
  auto& stream = start(lines);
  stream.feed("hel");
  run_until_idle(context);
  EXPECT_EQ(connections.abort_all(EndReason::killed), 1U);
  expect_end(EndReason::killed, true);
}

TEST_F(ConnectionsTest, SessionCannotSwallowAnAbort) {
  start([](Connection& connection) -> asio::awaitable<void> {
    try {
      co_await connection.read();
    } catch (const std::exception&) {
    }
  });
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(ConnectionsTest, LingersForASendingPeerUntilTheDeadline) {
  auto& stream =
      start([](Connection& connection) -> asio::awaitable<void> { co_await connection.write("bye"); }, {.linger = 5s});
  EXPECT_TRUE(stream.write_ended());
  stream.feed("still here");
  run_until_idle(context);
  EXPECT_EQ(connections.size(), 1U);
  advance(6s);
  expect_end(EndReason::finished, false);
}

TEST_F(ConnectionsTest, AbortOnlyEndsTheLinger) {
  auto& stream = start(lines);
  stream.feed("hello\n");
  run_until_idle(context);
  connections.drain();
  run_until_idle(context);
  EXPECT_TRUE(stream.write_ended());
  EXPECT_EQ(connections.abort_all(EndReason::killed), 0U) << "its answer is complete";
  expect_end(EndReason::stopping, false);
}

TEST_F(ConnectionsTest, ZeroLingerClosesWithoutWaiting) {
  start([](Connection& connection) -> asio::awaitable<void> { co_await connection.write("bye"); }, {.linger = 0s});
  expect_end(EndReason::finished, false);
  EXPECT_EQ(close_record().written, "bye");
}

// At each sweep the connection is reading bytes instead of waiting for some, so there is no wait to cancel.
TEST_F(ConnectionsTest, LingerEndsThoughThePeerNeverStopsSending) {
  auto& stream = start([](Connection&) -> asio::awaitable<void> { co_return; }, {.linger = 5s});
  stream.set_wait_reads(false);
  for (int sweeps = 0; sweeps < 25 && connections.size() != 0; ++sweeps) {
    stream.feed(std::string(1 << 20, 'x'));
    context.restart();
    while (stream.waiting() && context.poll_one() > 0) {
    }
    worker.begin_sweep(worker.now + sweep_period);
    connections.sweep();
    run();
  }
  expect_end(EndReason::finished, false);
}

// The session yields after 32 operations that did not wait. An abort then finds no operation to end, and the next one
// would wait for ever.
TEST_F(ConnectionsTest, AbortIsSeenWhenItComesWhileTheSessionYields) {
  prepare = [](test::MemoryStream& stream) { stream.set_room(32); };
  start([this](Connection& connection) {
    asio::post(context, [this] { connections.abort_all(EndReason::killed); });
    return write_33_bytes(connection);
  });
  expect_end(EndReason::killed, true);
}

}  // namespace
}  // namespace portico
