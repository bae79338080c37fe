// What becomes of messages to a client, and of the client, when one of them ends.

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
using test::ConnectionsWorld;
using test::MemoryStream;
using test::talk;

class SenderEndTest : public test::SenderWorld {};

TEST_F(SenderEndTest, SendingToAClientThatHasGoneIsHarmless) {
  auto& stream = start_talk();
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderEndTest, SendingToAClientThatWasCutIsHarmless) {
  start_talk();
  connections.abort_all(EndReason::killed);
  EXPECT_FALSE(sender->send("x")) << "it is going";
  expect_end(EndReason::killed, true);
  EXPECT_FALSE(sender->send("x"));
}

TEST(SenderEnd, MayOutliveTheWorker) {
  std::optional<Sender> sender;
  {
    ConnectionsWorld world;
    world.start([&](Connection& connection) { return sender = connection.sender(), talk(connection); });
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST(SenderEnd, MayOutliveAWorkerWhichWasStillToBeToldOfAMessage) {
  std::optional<Sender> sender;
  {
    asio::io_context context;
    WorkerContext host{context.get_executor(), {}, {}, false};
    MemoryStream stream(context);
    const ConnectionSettings settings{"e", "h"};
    ServerConnection connection(1, stream, Address(), settings, host);
    sender = connection.sender();
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderEndTest, ASessionThatThrowsWhileAMessageIsSentEndsWithItsOwnReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "throw");
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "no more");
}

TEST_F(SenderEndTest, ASessionThatThrowsBeforeTheDeliveryHasBegunEndsWithItsOwnReason) {
  auto& stream = start_talk();
  stream.feed("throw");
  sender->send("MAIL");
  expect_end(EndReason::handler_error, true);
}

TEST_F(SenderEndTest, ACutWhileAMessageIsSentIsTheReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderEndTest, ACutWhileTheSessionWaitsForAMessageToBeSentIsTheReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  feed(stream, "hello");
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderEndTest, AClientThatDoesNotTakeAMessageEndsAtTheWriteDeadline) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  sweep_for(31s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(SenderEndTest, APeerThatBreaksWhileAMessageIsSentIsTheReason) {
  auto& stream = start_talk();
  stream.fail_at(1, asio::error::connection_reset);
  sender->send("MAIL");
  expect_end(EndReason::peer_reset, true);
}

// What a session gave to on_abort() refers to things of its own, which go with it.
asio::awaitable<void> end_with_an_action(Connection& connection, int& calls, bool throws) {
  connection.on_abort([&calls] { ++calls; });
  co_await connection.read();
  if (throws) throw std::runtime_error("no more");
}

TEST_F(SenderEndTest, ACutAfterTheSessionsEndIsNotToldToIt) {
  for (const bool throws : {false, true}) {
    int calls = 0;
    auto& stream = start(
        [&](Connection& connection) {
          sender = connection.sender();
          return end_with_an_action(connection, calls, throws);
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

// How one life with messages went, of which one operation failed.
struct Life {
  test::RecordingObserver::End end;
  test::CloseRecord closing;
  bool returned = false;
};

Life live(std::size_t failing) {
  Life life;
  ConnectionsWorld world;
  std::optional<Sender> sender;
  world.prepare = [&](MemoryStream& stream) {
    stream.set_room(3);
    stream.fail_at(failing, asio::error::connection_reset);
  };
  auto& stream = world.start([&](Connection& connection) {
    sender = connection.sender();
    return talk(connection, &life.returned);
  });
  const auto step = [&](auto action) {
    if (world.connections.size() == 0) return;
    action();
    world.run();
  };
  sender->send("MAIL");
  step([&] { stream.feed("hello"); });
  step([&] { stream.set_room(6); });
  sender->send("MORE");
  step([&] { stream.feed("bye"); });
  step([&] { stream.set_room(100); });
  step([&] { stream.end_input(); });
  life.end = world.end();
  life.closing = world.closing();
  return life;
}

TEST(SenderEnd, AnyOperationMayFail) {
  for (std::size_t number = 1; number < 100; ++number) {
    SCOPED_TRACE(number);
    const Life life = live(number);
    const bool all_sent = life.returned && life.closing.written.size() == 13;
    const bool ended = all_sent && life.closing.failed_operation != "finish_writing";
    EXPECT_EQ(to_string(life.end.reason), to_string(ended ? EndReason::finished : EndReason::peer_reset));
    EXPECT_EQ(life.closing.reset, !ended);
    if (!life.closing.failed_operation.empty()) continue;
    EXPECT_TRUE(ended);
    EXPECT_GT(number, 6U);
    return;
  }
  ADD_FAILURE() << "no life without a failure";
}

TEST_F(SenderEndTest, AnotherThreadMaySend) {
  constexpr int count = 500;
  auto& stream = start_talk(1 << 20);
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
