// Handshakes that fail, and the transitions before and after a handshake that succeeds.

#include "tests/support/tls_fixture.hpp"

#include <portico/frames.hpp>
#include <portico/sender.hpp>

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace portico::test {
namespace {

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

// Lines until one requests TLS (as in RFC 3207), then echo.
asio::awaitable<void> lines_then_tls(Connection& connection) {
  portico::Lines lines(connection, 100);
  for (auto line = co_await lines.next(); line && *line != "STARTTLS"; line = co_await lines.next())
    co_await connection.write("plain ", *line, "\n");
  co_await connection.write("go ahead\n");
  co_await connection.start_tls();
  co_await echo(connection);
}

struct TlsHandshakeTest : testing::Test, TlsFixture {};

TEST_F(TlsHandshakeTest, AFailureIsReportedByAnAlertThatArrives) {
  settings.min_version = "1.3";
  client = TlsClient({TLS1_2_VERSION});
  start_tls(echo);
  complete_handshake();
  EXPECT_NE(client.error().find("alert protocol version"), std::string::npos) << client.error();
  EXPECT_TRUE(stream->write_ended());
  EXPECT_FALSE(closed()) << "a reset would overtake the alert";
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_EQ(end().text, "unsupported protocol");
}

TEST_F(TlsHandshakeTest, PlainHttpIsNamedInTheError) {
  start_tls(echo);
  stream->feed("GET / HTTP/1.1\r\n\r\n");
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_EQ(end().text, "http request");
}

TEST_F(TlsHandshakeTest, AClientThatStaysAfterAFailureIsClosedAtTheLingerDeadline) {
  start_tls(echo);
  stream->feed("garbage instead of a hello");
  run();
  advance(std::chrono::seconds(6));
  expect_end(EndReason::tls_failed, /*reset=*/false);
}

TEST_F(TlsHandshakeTest, ASilentClientIsAbortedAtTheDeadline) {
  start_tls(echo);
  sweep_for(std::chrono::milliseconds(9750));
  EXPECT_FALSE(closed());
  sweep_for(std::chrono::milliseconds(1000));
  expect_end(EndReason::tls_timeout, /*reset=*/true);
}

TEST_F(TlsHandshakeTest, BytesDoNotMoveTheDeadline) {
  start_tls(echo);
  client.handshake();
  const auto hello = client.give();
  for (std::size_t second = 0; second < 11; ++second) {
    if (!closed()) stream->feed(hello.substr(second, 1));
    run();
    if (!closed()) advance(std::chrono::seconds(1));
  }
  expect_end(EndReason::tls_timeout, /*reset=*/true);
}

TEST_F(TlsHandshakeTest, TheFirstByteDeadlineBeginsAfterIt) {
  start_tls(echo);
  advance(std::chrono::seconds(9));
  ASSERT_TRUE(complete_handshake());
  advance(std::chrono::seconds(29));
  EXPECT_FALSE(closed());
  advance(std::chrono::seconds(2));
  expect_end(EndReason::first_byte_timeout, /*reset=*/true);
}

TEST_F(TlsHandshakeTest, AProbeThatClosesWithoutAByteIsNotAFailure) {
  for (const bool brings : {true, false}) {
    prepare = [brings](MemoryStream& made) { made.set_wait_reads(brings); };
    start_tls(echo);
    stream->end_input();
    run();
    EXPECT_EQ(to_string(observer.ends().back().reason), "finished");
    EXPECT_EQ(close_record().reset, false);
  }
}

TEST_F(TlsHandshakeTest, AResetWithoutAByteIsAReset) {
  start_tls(echo);
  stream->break_input(asio::error::connection_reset);
  expect_end(EndReason::peer_reset, /*reset=*/true);
}

TEST_F(TlsHandshakeTest, EofInsideItIsAFailure) {
  for (const bool brings : {true, false}) {
    prepare = [brings](MemoryStream& made) { made.set_wait_reads(brings); };
    start_tls(echo);
    TlsClient other;
    other.handshake();
    stream->feed(other.give().substr(0, 50));
    run();
    stream->end_input();
    run();
    EXPECT_EQ(to_string(observer.ends().back().reason), "tls_failed");
    EXPECT_EQ(observer.ends().back().text, "the peer closed the connection inside the handshake");
  }
}

TEST_F(TlsHandshakeTest, AResetInsideItIsAFailure) {
  start_tls(echo);
  client.handshake();
  stream->feed(client.give());
  run();
  stream->break_input(asio::error::connection_reset);
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_NE(end().text.find("inside the handshake"), std::string::npos) << end().text;
}

TEST_F(TlsHandshakeTest, AResetDuringTheServersFlightIsAFailure) {
  for (const bool hello_is_good : {true, false}) {
    client = TlsClient({hello_is_good ? 0 : TLS1_2_VERSION});
    settings.min_version = "1.3";
    start_tls(echo);
    stream->set_room(1);
    client.handshake();
    stream->feed(client.give());
    run();
    ASSERT_FALSE(closed());
    stream->fail_at(1, asio::error::connection_reset);  // the rest of the flight, or of the alert
    stream->set_room(1);
    run();
    EXPECT_EQ(to_string(observer.ends().back().reason), "tls_failed");
    const auto text = observer.ends().back().text;
    EXPECT_NE(text.find(hello_is_good ? "inside the handshake" : "unsupported protocol"), std::string::npos) << text;
  }
}

TEST_F(TlsHandshakeTest, AStopEndsAHandshakeThatHasNotBegun) {
  start_tls(echo);
  connections.drain();
  expect_end(EndReason::stopping, /*reset=*/false);
}

TEST_F(TlsHandshakeTest, AStopLetsABegunHandshakeComplete) {
  start_tls(echo);
  client.handshake();
  const auto hello = client.give();
  stream->feed(hello.substr(0, 100));
  run();
  connections.drain();
  run();
  ASSERT_FALSE(closed());
  stream->feed(hello.substr(100));
  carry();
  EXPECT_TRUE(SSL_is_init_finished(client.ssl()));
  client.read();
  EXPECT_TRUE(client.ended()) << "the session read EOF and ended in order";
  client.close();
  carry();
  expect_end(EndReason::stopping, /*reset=*/false);
}

TEST_F(TlsHandshakeTest, AStopDoesNotWaitLongForABegunHandshake) {
  start_tls(echo);
  client.handshake();
  stream->feed(client.give().substr(0, 4));
  run();
  sweep_for(std::chrono::seconds(5));
  connections.drain();
  run();
  sweep_for(std::chrono::milliseconds(750));
  EXPECT_FALSE(closed()) << "its grace period of 1 s begins with the stop";
  sweep_for(std::chrono::milliseconds(1000));
  expect_end(EndReason::stopping, /*reset=*/true);
}

TEST_F(TlsHandshakeTest, ASessionMayStartTls) {
  start_tls(lines_then_tls, {}, /*by_session=*/true);
  stream->feed("hello\nSTARTTLS\n");
  run();
  EXPECT_EQ(stream->take_written(), "plain hello\ngo ahead\n");
  ASSERT_TRUE(complete_handshake()) << client.error();
  EXPECT_EQ(send_and_receive("secret"), "secret");
}

TEST_F(TlsHandshakeTest, BytesAfterStarttlsBelongToTheHandshake) {
  start_tls(lines_then_tls, {}, /*by_session=*/true);
  client.handshake();
  stream->feed("STARTTLS\n" + client.give());
  run();
  client.take(stream->take_written().substr(std::string("go ahead\n").size()));
  ASSERT_TRUE(complete_handshake()) << client.error();
  EXPECT_EQ(send_and_receive("secret"), "secret");
}

TEST_F(TlsHandshakeTest, PlaintextAfterStarttlsNeverReachesTheSession) {
  start_tls(lines_then_tls, {}, /*by_session=*/true);
  stream->feed("STARTTLS\ninjected\n");
  run();
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
}

TEST_F(TlsHandshakeTest, SenderMessagesWaitUntilItIsComplete) {
  std::optional<Sender> sender;
  start_tls(
      [&sender](Connection& connection) {
        sender = connection.sender();
        return lines_then_tls(connection);
      },
      {}, /*by_session=*/true);
  stream->feed("STARTTLS\n");
  run();
  EXPECT_EQ(stream->take_written(), "go ahead\n");
  sender->send("for you");
  run();
  EXPECT_EQ(stream->take_written(), "");
  ASSERT_TRUE(complete_handshake()) << client.error();
  carry();
  EXPECT_EQ(client.read(), "for you");
}

// The message is queued, and its notification posted, before the handshake fails on bytes that have arrived already.
asio::awaitable<void> queue_then_start_tls(Connection& connection) {
  co_await connection.fill(1);
  connection.sender().send("secret");
  co_await connection.start_tls();
}

TEST_F(TlsHandshakeTest, SenderMessagesAreNeverSentInTheClearAfterAFailedHandshake) {
  start_tls(queue_then_start_tls, {}, /*by_session=*/true);
  stream->feed("garbage instead of a hello");
  run();
  ASSERT_FALSE(closed()) << "it waits for the peer's end of input";
  EXPECT_EQ(stream->take_written().find("secret"), std::string::npos);
  advance(std::chrono::seconds(6));
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_EQ(close_record().written.find("secret"), std::string::npos);
}

TEST_F(TlsHandshakeTest, ASessionCannotStartTlsTwiceOrWithoutACertificate) {
  start_tls([](Connection& connection) -> asio::awaitable<void> { co_await connection.start_tls(); });
  ASSERT_TRUE(complete_handshake());
  EXPECT_EQ(to_string(end().reason), "handler_error");
  EXPECT_NE(end().text.find("speaks TLS"), std::string::npos) << end().text;

  ConnectionsFixture::start([](Connection& connection) -> asio::awaitable<void> { co_await connection.start_tls(); });
  run();
  EXPECT_NE(observer.ends().back().text.find("without \"tls\""), std::string::npos) << observer.ends().back().text;
}

// Every operation of a handshake and an echo fails in turn, by an error and by an exception: only the connection ends.
TEST_F(TlsHandshakeTest, AnyOperationMayFail) {
  for (std::size_t n = 1; n < 60; ++n) {
    for (const int way : {0, 1}) {
      prepare = [n, way](MemoryStream& made) {
        if (way == 0) made.fail_at(n, asio::error::connection_reset);
        if (way == 1) made.throw_at(n, std::make_exception_ptr(std::bad_alloc()));
      };
      client = TlsClient();
      start_tls(echo);
      complete_handshake();
      for (int i = 0; i < 10 && !closed(); ++i) send_and_receive("hello");
      if (!closed()) {
        client.close();
        carry();
      }
      if (!closed()) stream->end_input();
      run();
      advance(std::chrono::seconds(31));
      advance(std::chrono::seconds(31));
      ASSERT_TRUE(closed()) << n;
    }
  }
}

}  // namespace
}  // namespace portico::test
