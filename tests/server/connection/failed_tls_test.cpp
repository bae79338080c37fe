// The end of a connection whose TLS has failed after the handshake: the answers and the alert arrive.

#include "tests/support/tls_fixture.hpp"

#include <portico/sender.hpp>

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace portico::test {
namespace {

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

// Appends the reasons of the errors to `texts`.
asio::awaitable<void> read_twice_and_write(Connection& connection, std::string& texts) {
  for (int i = 0; i < 3; ++i) {
    try {
      if (i == 2) co_await connection.write("more");
      if (i < 2) co_await connection.read();
    } catch (const ConnectionError& error) {
      texts += std::string(to_string(error.reason())) + ' ';
    }
  }
  throw std::runtime_error("no more");
}

struct FailedTlsTest : testing::TestWithParam<int>, TlsFixture {
  void begin(Session session) {
    client = TlsClient({GetParam()});
    start_tls(std::move(session));
    ASSERT_TRUE(complete_handshake());
  }

  // A session that echoes and has a send queue.
  void begin_with_sender() {
    begin([this](Connection& connection) {
      sender = connection.sender();
      return echo(connection);
    });
  }

  // Sends a record whose last byte was changed on the way.
  void send_tampered() {
    client.write("tampered");
    auto record = client.give();
    record.back() = static_cast<char>(record.back() ^ 1);
    stream->feed(record);
    run();
  }

  // Returns what has arrived; client.error() is then the alert, if one came.
  std::string arrived() {
    client.take(closed() ? close_record().written : stream->take_written());
    return client.read();
  }

  void expect_alert() { EXPECT_NE(client.error().find("bad record mac"), std::string::npos) << client.error(); }

  std::optional<Sender> sender;
};
INSTANTIATE_TEST_SUITE_P(Versions, FailedTlsTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(FailedTlsTest, AnswersAndTheAlertArrive) {
  begin(echo);
  client.write("question");
  stream->feed(client.give());
  run();
  send_tampered();
  ASSERT_FALSE(closed()) << "a reset would overtake the answer and the alert";
  EXPECT_TRUE(stream->write_ended());
  EXPECT_EQ(arrived(), "question");
  expect_alert();
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
}

TEST_P(FailedTlsTest, TheAlertWaitsForRoom) {
  begin(echo);
  stream->set_room(3);
  send_tampered();
  ASSERT_FALSE(closed());
  EXPECT_FALSE(stream->write_ended());
  stream->set_room(1000);
  run();
  EXPECT_TRUE(stream->write_ended());
  EXPECT_EQ(arrived(), "");
  expect_alert();
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
}

// The record that is being sent arrives whole; later messages cannot be encrypted any more.
TEST_P(FailedTlsTest, AQueuedMessageThatIsBeingSentArrives) {
  begin_with_sender();
  stream->set_room(10);
  sender->send(std::string(1000, 'a'));
  run();
  sender->send(std::string(1000, 'b'));
  send_tampered();
  ASSERT_FALSE(closed());
  stream->set_room(10'000);
  run();
  EXPECT_EQ(arrived(), std::string(1000, 'a'));
  expect_alert();
  EXPECT_FALSE(sender->send("too late"));
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_NE(end().text.find("mac"), std::string::npos) << end().text;
}

TEST_P(FailedTlsTest, AfterATruncationTheAnswerStillArrives) {
  begin_with_sender();
  stream->set_room(10);
  sender->send("the answer");
  run();
  stream->end_input();
  run();
  ASSERT_FALSE(closed());
  stream->set_room(10'000);
  run();
  expect_end(EndReason::tls_truncated, /*reset=*/false);
  EXPECT_EQ(arrived(), "the answer");
  EXPECT_NE(client.error(), "") << "neither side may take the conversation for complete";
}

TEST_P(FailedTlsTest, WhatStillComesIsDiscarded) {
  for (const bool wait_reads : {true, false}) {
    prepare = [wait_reads](MemoryStream& made) { made.set_wait_reads(wait_reads); };
    begin(echo);
    send_tampered();
    for (int i = 0; i < 3; ++i) {
      stream->feed_pieces(std::string(5000, 'x'), 1000);
      run();
      ASSERT_FALSE(closed());
      EXPECT_EQ(stream->unread(), 0U) << "unread bytes would turn the close into a reset";
    }
    stream->end_input();
    run();
    EXPECT_EQ(to_string(observer.ends().back().reason), "tls_failed");
    EXPECT_EQ(close_record().reset, false);
  }
}

TEST_P(FailedTlsTest, APeerThatStaysIsClosedAtTheLingerDeadline) {
  begin(echo);
  send_tampered();
  advance(std::chrono::seconds(4));
  EXPECT_FALSE(closed());
  advance(std::chrono::seconds(2));
  expect_end(EndReason::tls_failed, /*reset=*/false);
}

TEST_P(FailedTlsTest, APeerThatTakesNothingIsResetAtTheWriteDeadline) {
  begin(echo);
  stream->set_room(0);
  send_tampered();
  advance(std::chrono::seconds(29));
  EXPECT_FALSE(closed());
  advance(std::chrono::seconds(2));
  expect_end(EndReason::write_timeout, /*reset=*/true);
}

TEST_P(FailedTlsTest, AnAbortIsStillAReset) {
  begin(echo);
  stream->set_room(0);
  send_tampered();
  connections.abort_all(EndReason::killed);
  expect_end(EndReason::killed, /*reset=*/true);
}

TEST_P(FailedTlsTest, APeerThatResetsInsteadIsReset) {
  begin(echo);
  stream->set_room(0);
  send_tampered();
  stream->set_max_per_write(2);
  stream->fail_at(1, asio::error::connection_reset);  // the write after the one that waits
  stream->set_room(100);
  expect_end(EndReason::tls_failed, /*reset=*/true);
}

// A session that goes on after the failure meets it again, not another error.
TEST_P(FailedTlsTest, EveryLaterCallHasTheSameError) {
  std::string texts;
  begin([&texts](Connection& connection) { return read_twice_and_write(connection, texts); });
  send_tampered();
  EXPECT_EQ(texts, "tls_failed tls_failed tls_failed ");
  EXPECT_TRUE(stream->write_ended());
  arrived();
  expect_alert();
  stream->end_input();
  expect_end(EndReason::handler_error, /*reset=*/false);
}

}  // namespace
}  // namespace portico::test
