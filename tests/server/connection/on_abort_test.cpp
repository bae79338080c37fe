// Connection::on_abort(), which ends the waits of a session outside its connection.

#include "tests/support/connections_fixture.hpp"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace portico {
namespace {

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

class OnAbortTest : public testing::Test, protected test::ConnectionsFixture {
 protected:
  // Waits for a timer of the session.
  static asio::awaitable<void> wait(Connection& connection, asio::steady_timer& timer, int& calls) {
    connection.on_abort([&] {
      ++calls;
      timer.cancel();
    });
    std::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_await connection.read();
  }

  asio::steady_timer timer{context, asio::steady_timer::time_point::max()};
  int calls = 0;
};

TEST_F(OnAbortTest, ActionIsCalledOnceAndCanEndAWait) {
  start([this](Connection& connection) { return wait(connection, timer, calls); });
  connections.abort_all(EndReason::killed);
  connections.abort_all(EndReason::stopping);
  EXPECT_EQ(calls, 1);
  expect_end(EndReason::killed, true);
}

TEST_F(OnAbortTest, ActionIsCalledImmediatelyAfterAnAbort) {
  start([this](Connection& connection) {
    static_cast<ServerConnection&>(connection).abort(EndReason::killed);
    return wait(connection, timer, calls);
  });
  EXPECT_EQ(calls, 1);
  timer.cancel();
  expect_end(EndReason::killed, true);
}

TEST_F(OnAbortTest, EmptyActionRemovesTheAction) {
  start([this](Connection& connection) -> asio::awaitable<void> {
    connection.on_abort([this] { ++calls; });
    connection.on_abort(nullptr);
    return echo(connection);
  });
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, true);
  EXPECT_EQ(calls, 0);
}

TEST_F(OnAbortTest, ActionIsNotCalledWithoutAnAbort) {
  auto& stream = start([this](Connection& connection) -> asio::awaitable<void> {
    connection.on_abort([this] { ++calls; });
    return echo(connection);
  });
  stream.end_input();
  expect_end(EndReason::finished, false);
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace portico
