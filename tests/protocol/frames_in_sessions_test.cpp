// Framings as sessions use them: combined, in turn, and while answers wait to be written.

#include "tests/support/memory_session.hpp"

#include <portico/frames.hpp>

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portico {
namespace {

using test::MemorySession;
using Messages = std::vector<std::string>;

struct FramesInSessionsTest : testing::Test {
  Messages seen;  // outlives the session, which its destructor ends
  MemorySession session;
};

// Answers all messages that have arrived together with one write.
asio::awaitable<void> answer_together(Connection& connection) {
  Lines lines(connection, 10);
  while (auto line = co_await lines.next()) {
    std::string answer;
    for (; line; line = lines.buffered()) answer.append(*line).append("!\n");
    co_await connection.write(answer);
  }
}

TEST_F(FramesInSessionsTest, BufferedMessagesAreReadWithoutWaiting) {
  session.start(answer_together(session.connection));
  session.feed("one\ntwo\nth");
  EXPECT_EQ(session.stream.take_written(), "one!\ntwo!\n");
  EXPECT_EQ(session.stream.write_calls(), 1U);
  session.feed("ree\n");
  EXPECT_EQ(session.stream.take_written(), "three!\n");
}

// Each line gives the number of blocks that follow it.
asio::awaitable<void> change_framing(Connection& connection, Messages& seen) {
  Lines lines(connection, 10);
  FixedSize blocks(connection, 3);
  while (auto line = co_await lines.next()) {
    const std::string count(*line);
    seen.push_back(count);
    for (int left = std::stoi(count); left > 0; --left) {
      const auto block = co_await blocks.next();
      seen.emplace_back(block.value());
    }
  }
}

TEST_F(FramesInSessionsTest, AnotherFramingCanTakeOverBetweenMessages) {
  session.start(change_framing(session.connection, seen));
  session.feed("2\r\nonetwo1\nsix0\n");
  session.end_input();
  EXPECT_EQ(seen, (Messages{"2", "one", "two", "1", "six", "0"}));
  EXPECT_TRUE(session.returned()) << session.text();
}

asio::awaitable<void> answer_lines(Connection& connection, Messages& seen) {
  Lines lines(connection, 10);
  while (auto line = co_await lines.next()) {
    co_await connection.write(EncodedPrefix({1}, line->size()), *line);
    seen.emplace_back(*line);
  }
}

TEST_F(FramesInSessionsTest, ALineStaysValidWhileItsAnswerWaits) {
  session.stream.set_room(0);
  session.start(answer_lines(session.connection, seen));
  session.feed("one\ntwo\n");
  session.feed(std::string(10, '\n'));
  EXPECT_TRUE(seen.empty());
  session.stream.set_room(100);
  session.run();
  EXPECT_EQ(seen.front(), "one");
  EXPECT_EQ(session.stream.written().substr(0, 8), "\3one\3two");
}

TEST(FramesFailureTest, AFailureOfAnyOperationEndsTheSession) {
  for (std::size_t number = 1;; ++number) {
    Messages seen;
    MemorySession session;
    session.stream.feed_pieces("one\ntwo\nthree\n", 2, true);
    session.stream.end_input();
    session.stream.fail_at(number, asio::error::connection_reset);
    session.start(answer_lines(session.connection, seen));
    ASSERT_FALSE(session.waits());
    if (!session.stream.failed()) {
      EXPECT_TRUE(session.returned());
      EXPECT_GT(number, 3U);
      break;
    }
    EXPECT_EQ(session.error(), asio::error::connection_reset) << "operation " << number;
  }
}

}  // namespace
}  // namespace portico
