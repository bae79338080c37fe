// Messages of Senders when the connection or its session ends.

#include "tests/support/sender_fixture.hpp"

#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::ConnectionsFixture;
using test::echo_with_commands;
using test::MemoryStream;

class SenderEndTest : public test::SenderFixture {};

TEST_F(SenderEndTest, SendToAClosedConnectionReturnsFalse) {
  auto& stream = start_echo();
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderEndTest, SendToAnAbortedConnectionReturnsFalse) {
  start_echo();
  connections.abort_all(EndReason::killed);
  EXPECT_FALSE(sender->send("x")) << "it is closing";
  expect_end(EndReason::killed, true);
  EXPECT_FALSE(sender->send("x"));
}

TEST(SenderEnd, SenderMayOutliveTheWorker) {
  std::optional<Sender> sender;
  {
    ConnectionsFixture fixture;
    fixture.start([&](Connection& connection) { return sender = connection.sender(), echo_with_commands(connection); });
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST(SenderEnd, SenderMayOutliveAWorkerWithAPendingWakeup) {
  std::optional<Sender> sender;
  {
    asio::io_context context;
    WorkerContext worker{context.get_executor(), {}, {}, false};
    MemoryStream stream(context);
    const ConnectionSettings settings{"e", "h"};
    ServerConnection connection(1, stream, Address(), settings, worker);
    sender = connection.sender();
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderEndTest, SessionExceptionDuringASendIsTheReason) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "throw");
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "no more");
}

TEST_F(SenderEndTest, SessionExceptionBeforeASendIsTheReason) {
  auto& stream = start_echo();
  stream.feed("throw");
  sender->send("MAIL");
  expect_end(EndReason::handler_error, true);
}

TEST_F(SenderEndTest, AbortDuringASendIsTheReason) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderEndTest, AbortWhileTheSessionWaitsToWriteIsTheReason) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  feed(stream, "hello");
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderEndTest, ClientThatDoesNotReadAMessageEndsAtTheWriteDeadline) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  sweep_for(31s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(SenderEndTest, NetworkErrorDuringASendIsTheReason) {
  auto& stream = start_echo();
  stream.fail_at(1, asio::error::connection_reset);
  sender->send("MAIL");
  expect_end(EndReason::peer_reset, true);
}

// An on_abort() action refers to variables of the session, which are destroyed with it.
asio::awaitable<void> read_once_with_an_action(Connection& connection, int& calls, bool throws) {
  connection.on_abort([&calls] { ++calls; });
  co_await connection.read();
  if (throws) throw std::runtime_error("no more");
}

TEST_F(SenderEndTest, AbortAfterTheSessionsEndDoesNotCallItsAction) {
  for (const bool throws : {false, true}) {
    int calls = 0;
    auto& stream = start(
        [&](Connection& connection) {
          sender = connection.sender();
          return read_once_with_an_action(connection, calls, throws);
        },
        Timeouts{.write = 30s});
    make_room(stream, 1);
    sender->send("MAIL");
    feed(stream, "x");
    sweep_for(31s);
    EXPECT_EQ(connections.size(), 0U);
    EXPECT_EQ(calls, 0);
  }
}

// Outcome of a connection with messages, of which one operation failed.
struct Outcome {
  test::RecordingObserver::End end;
  test::CloseRecord close_record;
  bool returned = false;
};

Outcome run_connection(std::size_t failing) {
  Outcome outcome;
  ConnectionsFixture fixture;
  std::optional<Sender> sender;
  fixture.prepare = [&](MemoryStream& stream) {
    stream.set_room(3);
    stream.fail_at(failing, asio::error::connection_reset);
  };
  auto& stream = fixture.start([&](Connection& connection) {
    sender = connection.sender();
    return echo_with_commands(connection, &outcome.returned);
  });
  const auto step = [&](auto action) {
    if (fixture.connections.size() == 0) return;
    action();
    fixture.run();
  };
  sender->send("MAIL");
  step([&] { stream.feed("hello"); });
  step([&] { stream.set_room(6); });
  sender->send("MORE");
  step([&] { stream.feed("bye"); });
  step([&] { stream.set_room(100); });
  step([&] { stream.end_input(); });
  outcome.end = fixture.end();
  outcome.close_record = fixture.close_record();
  return outcome;
}

TEST(SenderEnd, AnyOperationMayFail) {
  for (std::size_t number = 1; number < 100; ++number) {
    SCOPED_TRACE(number);
    const Outcome outcome = run_connection(number);
    const bool all_sent = outcome.returned && outcome.close_record.written.size() == 13;
    const bool ended = all_sent && outcome.close_record.failed_operation != "finish_writing";
    EXPECT_EQ(to_string(outcome.end.reason), to_string(ended ? EndReason::finished : EndReason::peer_reset));
    EXPECT_EQ(outcome.close_record.reset, !ended);
    if (!outcome.close_record.failed_operation.empty()) continue;
    EXPECT_TRUE(ended);
    EXPECT_GT(number, 6U);
    return;
  }
  ADD_FAILURE() << "no connection without a failure";
}

TEST_F(SenderEndTest, AnotherThreadMaySend) {
  constexpr int count = 500;
  auto& stream = start_echo(1 << 20);
  std::string expected;
  for (int i = 0; i < count; ++i) expected += std::to_string(i) + "\n";
  std::thread other([copy = *sender] {
    for (int i = 0; i < count; ++i) EXPECT_TRUE(copy.send(std::to_string(i) + "\n"));
  });
  while (stream.written().size() < expected.size()) run();
  other.join();
  EXPECT_EQ(stream.written(), expected);
}

}  // namespace
}  // namespace portico
