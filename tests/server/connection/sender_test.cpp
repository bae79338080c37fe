// Messages of Senders to a client through its send queue, over streams in memory.

#include "tests/support/sender_fixture.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::echo_with_commands;
using test::MemoryStream;

class SenderTest : public test::SenderFixture {};

TEST_F(SenderTest, MessagesArriveCompleteAndInOrder) {
  auto& stream = start_echo();
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string message = "message " + std::to_string(i) + "\n";
    EXPECT_TRUE(sender->send(message));
    expected += message;
  }
  run();
  EXPECT_EQ(stream.written(), expected);
}

TEST_F(SenderTest, ClientsMayShareAMessage) {
  const auto message = std::make_shared<const std::string>("news");
  auto& one = start_echo();
  EXPECT_TRUE(sender->send(message));
  auto& other =
      start([this](Connection& connection) { return sender = connection.sender(), echo_with_commands(connection); });
  EXPECT_TRUE(sender->send(message));
  run();
  EXPECT_EQ(one.written(), "news");
  EXPECT_EQ(other.written(), "news");
}

TEST_F(SenderTest, MessageNeverInterruptsAWriteOfTheSession) {
  auto& stream = start_echo();
  make_room(stream, 2);
  feed(stream, "hello");
  sender->send("MAIL");
  run();
  EXPECT_EQ(stream.written(), "he");
  make_room(stream);
  EXPECT_EQ(stream.written(), "helloMAIL");
}

TEST_F(SenderTest, WriteOfTheSessionNeverInterruptsAMessage) {
  auto& stream = start_echo();
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
  EXPECT_EQ(stream.written(), "MAILhelloLATER") << "the session writes between two messages";
}

// The session yields after 32 writes that did not wait. The send queue must not start to send then.
asio::awaitable<void> write_40_times(Connection& connection, const std::optional<Sender>& sender) {
  for (int i = 0; i < 40; ++i) {
    if (i == 32) sender->send("MAIL\n");
    co_await connection.write("line\n");
  }
}

TEST_F(SenderTest, MessageNeverInterruptsAWriteAfterTheSessionYields) {
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

TEST_F(SenderTest, SlowConsumerIsDisconnectedAtTheLimitAndOthersAreNotAffected) {
  std::optional<Sender> other_sender;
  auto& other =
      start([&](Connection& connection) { return other_sender = connection.sender(), echo_with_commands(connection); });
  auto& slow = start_echo(1024);
  make_room(slow, 0);
  int taken = 0;
  while (sender->send(std::string(192, 'x'))) {
    ++taken;
    other_sender->send("x");
    run();
  }
  EXPECT_EQ(taken, 4) << "each message counts 64 bytes more than its size";
  EXPECT_FALSE(sender->send("x"));
  run();
  ASSERT_EQ(observer.ends().size(), 1U);
  EXPECT_EQ(to_string(observer.ends()[0].reason), "slow_consumer");
  EXPECT_NE(observer.ends()[0].text, "");
  EXPECT_EQ(close_record().reset, true);
  EXPECT_EQ(other.written(), "xxxx");
  other.end_input();
  run();
  EXPECT_EQ(close_records.front().reset, false);
}

TEST_F(SenderTest, MessageLargerThanTheLimitIsRejected) {
  start_echo(1024);
  EXPECT_FALSE(sender->send(std::string(1024, 'x')));
  expect_end(EndReason::slow_consumer, true);
}

TEST_F(SenderTest, SentMessagesDoNotCount) {
  auto& stream = start_echo(1024);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(sender->send(std::string(800, 'x')));
    run();
  }
  EXPECT_EQ(stream.written().size(), 80'000U);
}

TEST_F(SenderTest, QueuedMessagesAreSentAfterTheSessionReturns) {
  auto& stream = start_echo();
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
  EXPECT_TRUE(close_record().written.starts_with("MAIL0MAIL1")) << close_record().written;
  EXPECT_TRUE(close_record().written.ends_with("MAIL18MAIL19")) << close_record().written;
}

TEST_F(SenderTest, QueuedMessagesAreSentToAHalfClosedPeer) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  run();
  stream.end_input();
  run();
  EXPECT_EQ(connections.size(), 1U);
  make_room(stream);
  expect_end(EndReason::finished, false);
  EXPECT_EQ(close_record().written, "MAIL");
}

TEST_F(SenderTest, QueuedMessagesAreSentBeforeFinishWriting) {
  auto& stream = start_echo();
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

TEST_F(SenderTest, SessionMayFinishWritingAndReturnWithQueuedMessages) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "end");
  feed(stream, "bye");
  EXPECT_EQ(connections.size(), 1U);
  make_room(stream);
  EXPECT_TRUE(stream.write_ended());
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_EQ(close_record().written, "MAIL");
}

TEST_F(SenderTest, ClientThatDoesNotReadTheLastMessagesEndsAtTheWriteDeadline) {
  auto& stream = start_echo();
  make_room(stream, 1);
  sender->send("MAIL");
  feed(stream, "bye");
  sweep_for(31s);
  expect_end(EndReason::write_timeout, true);
}

}  // namespace
}  // namespace portico
