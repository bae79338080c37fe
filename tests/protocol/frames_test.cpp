#include "tests/support/memory_session.hpp"

#include <portico/frames.hpp>

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace portico {
namespace {

using namespace std::literals;
using test::MemorySession;

// The messages that a session has read so far.
struct Seen {
  std::vector<std::string> messages;
  std::vector<bool> terminated;
  bool end = false;
};

template <typename Frames>
asio::awaitable<void> collect(Frames frames, Seen& seen) {
  while (auto message = co_await frames.next()) {
    seen.messages.emplace_back(*message);
    seen.terminated.push_back(frames.terminated());
  }
  seen.end = true;
}

using Messages = std::vector<std::string>;

// Expects the messages of `input`, then EOF, in whatever pieces it arrives and in both ways of waiting.
template <typename MakeFrames>
void expect_every_way(MakeFrames make, std::string_view input, const Messages& expected) {
  for (const bool wait_reads : {true, false}) {
    for (const bool would_block : {true, false}) {
      for (std::size_t piece = 1; piece <= input.size(); ++piece) {
        MemorySession session;
        Seen seen;
        session.stream.set_wait_reads(wait_reads);
        session.stream.feed_pieces(input, piece, would_block);
        session.stream.end_input();
        session.start(collect(make(session.connection), seen));
        EXPECT_EQ(seen.messages, expected) << "in pieces of " << piece;
        EXPECT_TRUE(seen.end);
        EXPECT_TRUE(session.returned()) << session.text();
      }
    }
  }
}

TEST(LinesTest, AreReadInOrderHoweverTheyArrive) {
  const auto lines = [](Connection& connection) { return Lines(connection, 10); };
  expect_every_way(lines, "one\r\n\r\ntwo\n\nthree\r\n", {"one", "", "two", "", "three"});
  expect_every_way(lines, "one\ntwo", {"one", "two"});
}

TEST(DelimitedTest, AreReadInOrderHoweverTheyArrive) {
  const auto parts = [](Connection& connection) { return Delimited(connection, "--", 10); };
  expect_every_way(parts, "one----two--three-", {"one", "", "two", "three-"});
}

TEST(LengthPrefixedTest, AreReadInOrderHoweverTheyArrive) {
  const auto frames = [](Connection& connection) { return LengthPrefixed(connection, LengthPrefix{2}, 10); };
  expect_every_way(frames, "\0\3one\0\0\0\5th\nee"sv, {"one", "", "th\nee"});
}

TEST(FixedSizeTest, AreReadInOrderHoweverTheyArrive) {
  const auto blocks = [](Connection& connection) { return FixedSize(connection, 3); };
  expect_every_way(blocks, "onetwosix", {"one", "two", "six"});
}

class FramesTest : public testing::Test {
 protected:
  template <typename Frames>
  void start(Frames frames) {
    session.start(collect(std::move(frames), seen));
  }

  void expect_failure(EndReason reason, const std::string& text) {
    EXPECT_FALSE(session.waits());
    EXPECT_EQ(session.reason(), reason);
    EXPECT_EQ(session.text(), text);
    EXPECT_FALSE(seen.end);
  }

  Seen seen;  // outlives the session, which its destructor ends
  MemorySession session;
};

TEST_F(FramesTest, NoInputAtAllIsEof) {
  start(Lines(session.connection, 10));
  EXPECT_TRUE(session.waits());
  session.end_input();
  EXPECT_TRUE(seen.end);
  EXPECT_TRUE(seen.messages.empty());
}

TEST_F(FramesTest, ALastLineWithoutItsEndIsNotTerminated) {
  start(Lines(session.connection, 10));
  session.feed("one\nrest");
  EXPECT_EQ(seen.messages, Messages{"one"});
  session.end_input();
  EXPECT_EQ(seen.messages, (Messages{"one", "rest"}));
  EXPECT_EQ(seen.terminated, (std::vector<bool>{true, false}));
  EXPECT_TRUE(session.returned());
}

TEST_F(FramesTest, AnIncompleteMessageStaysUnreadInTheConnection) {
  start(Lines(session.connection, 10));
  session.feed("one\nre");
  EXPECT_EQ(session.connection.unread(), "re");
  session.feed("st\n");
  EXPECT_EQ(session.connection.unread(), "");
}

TEST_F(FramesTest, AStoppingServerLetsAMessageBeCompletedBeforeEof) {
  start(Lines(session.connection, 10));
  session.feed("re");
  session.stop();
  EXPECT_TRUE(session.waits());
  session.feed("st\n");
  EXPECT_EQ(seen.messages, Messages{"rest"});
  EXPECT_TRUE(seen.end);
}

TEST_F(FramesTest, AStoppingServerEndsTheInputBetweenMessages) {
  start(LengthPrefixed(session.connection, LengthPrefix{}, 10));
  session.feed("\0\0\0\1x"sv);
  session.stop();
  EXPECT_EQ(seen.messages, Messages{"x"});
  EXPECT_TRUE(seen.end);
}

TEST_F(FramesTest, ALineThatIsTooLongIsAnError) {
  start(Lines(session.connection, 4));
  session.feed("four\nfives");
  EXPECT_EQ(seen.messages, Messages{"four"});
  expect_failure(EndReason::message_too_long, "line longer than 4 bytes");
}

TEST_F(FramesTest, ADelimitedMessageThatIsTooLongIsAnError) {
  start(Delimited(session.connection, "|", 4));
  session.feed("fives");
  expect_failure(EndReason::message_too_long, "message longer than 4 bytes");
}

TEST_F(FramesTest, ALengthThatIsTooLargeIsAnErrorBeforeTheBody) {
  start(LengthPrefixed(session.connection, LengthPrefix{}, 4096));
  session.feed("GET ");
  expect_failure(EndReason::message_too_long, "message of 1195725856 bytes announced, at most 4096 allowed");
}

TEST_F(FramesTest, AMalformedLengthIsAnError) {
  start(LengthPrefixed(session.connection, LengthPrefix{2, std::endian::big, true}, 10));
  session.feed("\0\1"sv);
  expect_failure(EndReason::handler_error, "malformed message: its length 1 is less than the size of its prefix");
}

TEST_F(FramesTest, ATooLongRestAtEofIsAnError) {
  start(Lines(session.connection, 4));
  session.feed("four\r");
  EXPECT_TRUE(session.waits());
  session.end_input();
  expect_failure(EndReason::message_too_long, "line longer than 4 bytes");
}

TEST_F(FramesTest, EofInsideAFixedSizeMessageIsAnError) {
  start(FixedSize(session.connection, 10));
  session.feed("abc");
  session.end_input();
  expect_failure(EndReason::peer_reset, "the input ended inside a message: 3 of 10 bytes");
}

TEST_F(FramesTest, EofInsideALengthPrefixedMessageIsAnError) {
  start(LengthPrefixed(session.connection, LengthPrefix{2}, 10));
  session.feed("\0\5ab"sv);
  session.end_input();
  expect_failure(EndReason::peer_reset, "the input ended inside a message: 4 of 7 bytes");
}

TEST_F(FramesTest, ANetworkErrorDoesNotEndALine) {
  start(Lines(session.connection, 10));
  session.feed("half");
  session.stream.break_input(asio::error::connection_reset);
  session.run();
  EXPECT_EQ(session.error(), asio::error::connection_reset);
  EXPECT_TRUE(seen.messages.empty());
}

TEST_F(FramesTest, AnAbortDoesNotEndALine) {
  start(Lines(session.connection, 10));
  session.feed("half");
  session.connection.abort(EndReason::killed);
  session.run();
  EXPECT_EQ(session.reason(), EndReason::killed);
  EXPECT_TRUE(seen.messages.empty());
}

TEST_F(FramesTest, MessagesLargerThanAnyBufferArriveWhole) {
  constexpr std::size_t size = 300'000;
  std::string body(size, '\0');
  for (std::size_t at = 0; at < size; ++at) body[at] = static_cast<char>('a' + at % 23);
  start(LengthPrefixed(session.connection, LengthPrefix{}, size));
  const std::string input = std::string(std::string_view(EncodedPrefix({}, size))) + body;
  session.stream.feed_pieces(input + input, 7001);
  session.end_input();
  EXPECT_EQ(seen.messages, (Messages{body, body}));
  EXPECT_TRUE(seen.end);
}

TEST_F(FramesTest, ALongLineMayArriveByteByByte) {
  const std::string line(100'000, 'x');
  start(Lines(session.connection, line.size()));
  session.stream.feed_pieces(line + "\n", 1);
  session.run();
  ASSERT_EQ(seen.messages.size(), 1U);
  EXPECT_TRUE(seen.messages.front() == line);
}

TEST_F(FramesTest, InvalidArgumentsAreRejected) {
  EXPECT_THROW(Lines(session.connection, 0), std::invalid_argument);
  EXPECT_THROW(Delimited(session.connection, "", 1), std::invalid_argument);
  EXPECT_THROW(LengthPrefixed(session.connection, LengthPrefix{3}, 1), std::invalid_argument);
  EXPECT_THROW(FixedSize(session.connection, 0), std::invalid_argument);
}

}  // namespace
}  // namespace portico
