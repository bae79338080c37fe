#include "tests/support/memory_session.hpp"

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <string>
#include <system_error>

namespace portico {
namespace {

using test::MemorySession;

// Outside a session, since it never waits.
class ReadNow : public testing::Test {
 protected:
  MemorySession session;
  ServerConnection& connection = session.connection;
};

TEST_F(ReadNow, SaysNothingWhileNothingHasArrived) {
  EXPECT_EQ(connection.try_read(), std::nullopt);
  EXPECT_EQ(connection.try_read(), std::nullopt);
}

TEST_F(ReadNow, TakesWhatHasArrived) {
  session.stream.feed("one");
  session.stream.feed("two");
  EXPECT_EQ(connection.try_read(), "one");
  EXPECT_EQ(connection.try_read(), "two");
  EXPECT_EQ(connection.try_read(), std::nullopt);
  EXPECT_EQ(connection.bytes_in(), 6U);
}

TEST_F(ReadNow, IsEmptyAtTheEndEveryTime) {
  session.stream.feed("last");
  session.stream.end_input();
  EXPECT_EQ(connection.try_read(), "last");
  EXPECT_EQ(connection.try_read(), "");
  EXPECT_EQ(connection.try_read(), "");
}

TEST_F(ReadNow, IsEmptyWhenTheServerStopsAfterWhatHadArrived) {
  session.stream.feed("last");
  session.stop();
  EXPECT_EQ(connection.try_read(), "last");
  EXPECT_EQ(connection.try_read(), "");
  EXPECT_EQ(connection.end_reason(), EndReason::stopping);
}

TEST_F(ReadNow, ThrowsWhatBrokeTheConnection) {
  session.stream.break_input(asio::error::connection_reset);
  EXPECT_THROW(connection.try_read(), std::system_error);
  connection.abort(EndReason::killed);
  EXPECT_THROW(connection.try_read(), ConnectionError);
}

asio::awaitable<void> look_then_read(ServerConnection& connection, std::string& out) {
  co_await connection.fill(3);
  out += connection.try_read().value();
  out += '|';
  out += co_await connection.read();
}

TEST_F(ReadNow, TakesUnreadBytesFirst) {
  std::string out;
  session.start(look_then_read(connection, out));
  session.feed("abc");
  session.feed("def");
  EXPECT_EQ(out, "abc|def");
}

}  // namespace
}  // namespace portico
