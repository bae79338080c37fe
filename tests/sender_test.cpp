// Messages of others to one client: the mailbox of a connection and its delivery, over streams in memory.

#include "tests/support/connections_world.hpp"

#include <portico/sender.hpp>

#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::ConnectionsWorld;
using test::MemoryStream;

// Sends back what it reads: the session's own writes. "bye" ends it, "end" ends its output only, "throw" throws.
asio::awaitable<void> talk(Connection& connection, bool* returned = nullptr) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    if (bytes == "bye") break;
    if (bytes == "throw") throw std::runtime_error("no more");
    if (bytes == "end") {
      connection.finish_writing();
    } else {
      co_await connection.write(bytes);
    }
  }
  if (returned != nullptr) *returned = true;
}

class SenderTest : public testing::Test, protected ConnectionsWorld {
 protected:
  MemoryStream& start_talk(std::size_t send_queue = 64 * 1024) {
    ConnectionSettings settings{"e", "h", {.first_byte = 0s, .write = 30s}};
    settings.send_queue = send_queue;
    return start(
        [this](Connection& connection) {
          sender = connection.sender();
          return talk(connection);
        },
        std::move(settings));
  }

  void feed(MemoryStream& stream, std::string_view bytes) {
    stream.feed(bytes);
    run();
  }

  void make_room(MemoryStream& stream, std::size_t bytes = 1 << 20) {
    stream.set_room(bytes);
    run();
  }

  std::optional<Sender> sender;
};

TEST_F(SenderTest, MessagesArriveWholeAndInOrder) {
  auto& stream = start_talk();
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string message = "message " + std::to_string(i) + "\n";
    EXPECT_TRUE(sender->send(message));
    expected += message;
  }
  run();
  EXPECT_EQ(stream.written(), expected);
}

TEST_F(SenderTest, OneMessageMayBeSharedByManyClients) {
  const auto message = std::make_shared<const std::string>("news");
  auto& one = start_talk();
  EXPECT_TRUE(sender->send(message));
  auto& other = start([this](Connection& connection) { return sender = connection.sender(), talk(connection); });
  EXPECT_TRUE(sender->send(message));
  run();
  EXPECT_EQ(one.written(), "news");
  EXPECT_EQ(other.written(), "news");
}

TEST_F(SenderTest, AMessageNeverComesInsideAWriteOfTheSession) {
  auto& stream = start_talk();
  make_room(stream, 2);
  feed(stream, "hello");
  sender->send("MAIL");
  run();
  EXPECT_EQ(stream.written(), "he");
  make_room(stream);
  EXPECT_EQ(stream.written(), "helloMAIL");
}

TEST_F(SenderTest, AWriteOfTheSessionNeverComesInsideAMessage) {
  auto& stream = start_talk();
  make_room(stream, 2);
  sender->send("MAIL");
  run();
  feed(stream, "hello");
  sender->send("LATER");
  run();
  EXPECT_EQ(stream.written(), "MA");
  make_room(stream, 1);
  EXPECT_EQ(stream.written(), "MAI");
  make_room(stream);
  EXPECT_EQ(stream.written(), "MAILhelloLATER") << "the session's turn comes between messages";
}

// After 32 writes that did not wait, the session lets others run: a delivery may not begin then.
asio::awaitable<void> write_40_times(Connection& connection, const std::optional<Sender>& sender) {
  for (int i = 0; i < 40; ++i) {
    if (i == 32) sender->send("MAIL\n");
    co_await connection.write("line\n");
  }
}

TEST_F(SenderTest, AMessageNeverComesBetweenASessionThatLetsOthersRunAndItsWrite) {
  prepare = [](MemoryStream& stream) { stream.set_room(32 * 5 + 2); };
  auto& stream = start([this](Connection& connection) {
    sender = connection.sender();
    return write_40_times(connection, sender);
  });
  ASSERT_EQ(connections.size(), 1U);
  make_room(stream);
  std::string lines = stream.written();
  const auto mail = lines.find("MAIL\n");
  ASSERT_NE(mail, std::string::npos);
  lines.erase(mail, 5);
  std::string expected;
  for (int i = 0; i < 40; ++i) expected += "line\n";
  EXPECT_EQ(lines, expected);
  stream.end_input();
  expect_end(EndReason::finished, false);
}

TEST_F(SenderTest, AClientThatTakesNothingIsGivenUpAtTheLimitAndNobodyElseIsHarmed) {
  std::optional<Sender> other_sender;
  auto& other = start([&](Connection& connection) { return other_sender = connection.sender(), talk(connection); });
  auto& slow = start_talk(1024);
  make_room(slow, 0);
  int taken = 0;
  while (sender->send(std::string(192, 'x'))) {
    ++taken;
    other_sender->send("x");
    run();
  }
  EXPECT_EQ(taken, 4) << "each counts 64 bytes more than it has";
  EXPECT_FALSE(sender->send("x"));
  run();
  ASSERT_EQ(observer.ends().size(), 1U);
  EXPECT_EQ(to_string(observer.ends()[0].reason), "slow_consumer");
  EXPECT_NE(observer.ends()[0].text, "");
  EXPECT_EQ(closing().reset, true);
  EXPECT_EQ(other.written(), "xxxx");
  other.end_input();
  run();
  EXPECT_EQ(closings.front().reset, false);
}

TEST_F(SenderTest, AMessageLargerThanTheLimitIsNotTaken) {
  start_talk(1024);
  EXPECT_FALSE(sender->send(std::string(1024, 'x')));
  expect_end(EndReason::slow_consumer, true);
}

TEST_F(SenderTest, WhatTheClientHasTakenCountsNoLonger) {
  auto& stream = start_talk(1024);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(sender->send(std::string(800, 'x')));
    run();
  }
  EXPECT_EQ(stream.written().size(), 80'000U);
}

TEST_F(SenderTest, MessagesThatWaitWhenTheSessionReturnsAreSentBeforeTheEnd) {
  auto& stream = start_talk();
  make_room(stream, 1);
  for (int i = 0; i < 20; ++i) sender->send("MAIL" + std::to_string(i));
  feed(stream, "bye");
  EXPECT_FALSE(sender->send("too late"));
  EXPECT_FALSE(stream.write_ended());
  EXPECT_EQ(connections.size(), 1U);
  make_room(stream);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_TRUE(closing().written.starts_with("MAIL0MAIL1")) << closing().written;
  EXPECT_TRUE(closing().written.ends_with("MAIL18MAIL19")) << closing().written;
}

TEST_F(SenderTest, MessagesThatWaitAreSentThoughThePeerHasEndedItsSide) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  stream.end_input();
  run();
  EXPECT_EQ(connections.size(), 1U);
  make_room(stream);
  expect_end(EndReason::finished, false);
  EXPECT_EQ(closing().written, "MAIL");
}

TEST_F(SenderTest, MessagesThatWaitAreSentBeforeTheSessionsOwnEndOfItsOutput) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  sender->send("MORE");
  feed(stream, "end");
  EXPECT_FALSE(sender->send("too late"));
  EXPECT_FALSE(stream.write_ended());
  make_room(stream);
  EXPECT_EQ(stream.written(), "MAILMORE");
  EXPECT_TRUE(stream.write_ended());
  feed(stream, "bye");
  stream.end_input();
  expect_end(EndReason::finished, false);
}

TEST_F(SenderTest, TheSessionMayEndItsOutputAndReturnWhileMessagesWait) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "end");
  feed(stream, "bye");
  EXPECT_EQ(connections.size(), 1U);
  make_room(stream);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_EQ(closing().written, "MAIL");
}

TEST_F(SenderTest, AClientThatDoesNotTakeTheLastMessagesEndsAtTheWriteDeadline) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "bye");
  sweep_for(31s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(SenderTest, SendingToAClientThatHasGoneIsHarmless) {
  auto& stream = start_talk();
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderTest, SendingToAClientThatWasCutIsHarmless) {
  start_talk();
  connections.cut_all(EndReason::killed);
  EXPECT_FALSE(sender->send("x")) << "it is going";
  expect_end(EndReason::killed, true);
  EXPECT_FALSE(sender->send("x"));
}

TEST(Sender, MayOutliveTheWorker) {
  std::optional<Sender> sender;
  {
    ConnectionsWorld world;
    world.start([&](Connection& connection) { return sender = connection.sender(), talk(connection); });
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST(Sender, MayOutliveAWorkerWhichWasStillToBeToldOfAMessage) {
  std::optional<Sender> sender;
  {
    asio::io_context context;
    ConnectionHost host{context.get_executor(), {}, {}, false};
    MemoryStream stream(context);
    const ConnectionSettings settings{"e", "h"};
    Connection connection(1, stream, Address(), settings, host);
    sender = connection.sender();
    EXPECT_TRUE(sender->send("never delivered"));
  }
  EXPECT_FALSE(sender->send("x"));
}

TEST_F(SenderTest, ASessionThatThrowsWhileAMessageIsSentEndsWithItsOwnReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "throw");
  expect_end(EndReason::handler_error, true);
  EXPECT_EQ(observer.ends()[0].text, "no more");
}

TEST_F(SenderTest, ASessionThatThrowsBeforeTheDeliveryHasBegunEndsWithItsOwnReason) {
  auto& stream = start_talk();
  stream.feed("throw");
  sender->send("MAIL");
  expect_end(EndReason::handler_error, true);
}

TEST_F(SenderTest, ACutWhileAMessageIsSentIsTheReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  connections.cut_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderTest, ACutWhileTheSessionWaitsForAMessageToBeSentIsTheReason) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  feed(stream, "hello");
  connections.cut_all(EndReason::killed);
  expect_end(EndReason::killed, true);
}

TEST_F(SenderTest, AClientThatDoesNotTakeAMessageEndsAtTheWriteDeadline) {
  auto& stream = start_talk();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  sweep_for(31s);
  expect_end(EndReason::write_timeout, true);
}

TEST_F(SenderTest, APeerThatBreaksWhileAMessageIsSentIsTheReason) {
  auto& stream = start_talk();
  stream.fail_at(1, asio::error::connection_reset);
  sender->send("MAIL");
  expect_end(EndReason::peer_reset, true);
}

// What a session gave to when_cut() refers to things of its own, which go with it.
asio::awaitable<void> end_with_an_action(Connection& connection, int& calls, bool throws) {
  connection.when_cut([&calls] { ++calls; });
  co_await connection.read();
  if (throws) throw std::runtime_error("no more");
}

TEST_F(SenderTest, ACutAfterTheSessionsEndIsNotToldToIt) {
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
  test::Closing closing;
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

TEST(Sender, AnyOperationMayFail) {
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

TEST_F(SenderTest, AnotherThreadMaySend) {
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
