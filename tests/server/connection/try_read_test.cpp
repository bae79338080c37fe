#include "tests/support/memory_session.hpp"

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <string>
#include <system_error>

namespace portico {
namespace {

using test::MemorySession;

// Most tests need no session, since try_read() never waits.
class TryReadTest : public testing::Test {
 protected:
  MemorySession session;
  ServerConnection& connection = session.connection;
};

TEST_F(TryReadTest, ReturnsNothingWithoutReceivedBytes) {
  EXPECT_EQ(connection.try_read(), std::nullopt);
  EXPECT_EQ(connection.try_read(), std::nullopt);
}

TEST_F(TryReadTest, ReturnsReceivedBytes) {
  session.stream.feed("one");
  session.stream.feed("two");
  EXPECT_EQ(connection.try_read(), "one");
  EXPECT_EQ(connection.try_read(), "two");
  EXPECT_EQ(connection.try_read(), std::nullopt);
  EXPECT_EQ(connection.bytes_in(), 6U);
}

TEST_F(TryReadTest, ReturnsEmptyAtEndOfInputEveryTime) {
  session.stream.feed("last");
  session.stream.end_input();
  EXPECT_EQ(connection.try_read(), "last");
  EXPECT_EQ(connection.try_read(), "");
  EXPECT_EQ(connection.try_read(), "");
}

TEST_F(TryReadTest, ReturnsEmptyAfterAStopAndTheLastBytes) {
  session.stream.feed("last");
  session.stop();
  EXPECT_EQ(connection.try_read(), "last");
  EXPECT_EQ(connection.try_read(), "");
  EXPECT_EQ(connection.end_reason(), EndReason::stopping);
}

TEST_F(TryReadTest, ThrowsAfterANetworkErrorOrAnAbort) {
  session.stream.break_input(asio::error::connection_reset);
  EXPECT_THROW(connection.try_read(), std::system_error);
  connection.abort(EndReason::killed);
  EXPECT_THROW(connection.try_read(), ConnectionError);
}

asio::awaitable<void> fill_then_read(ServerConnection& connection, std::string& out) {
  co_await connection.fill(3);
  out += connection.try_read().value();
  out += '|';
  out += co_await connection.read();
}

TEST_F(TryReadTest, ReturnsUnreadBytesFirst) {
  std::string out;
  session.start(fill_then_read(connection, out));
  session.feed("abc");
  session.feed("def");
  EXPECT_EQ(out, "abc|def");
}

}  // namespace
}  // namespace portico
