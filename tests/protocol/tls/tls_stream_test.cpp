#include "tests/support/tls_fixture.hpp"

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace portico::test {
namespace {

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

asio::awaitable<void> greet(Connection& connection) { co_await connection.write("hel", "", "lo"); }

std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i) + ' ';
  return text;
}

struct TlsStreamTest : testing::TestWithParam<int>, TlsFixture {};
INSTANTIATE_TEST_SUITE_P(Versions, TlsStreamTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsStreamTest, ASessionReadsAndWritesPlaintext) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake()) << client.error();
  EXPECT_EQ(send_and_receive("hello"), "hello");
  EXPECT_EQ(send_and_receive("again"), "again");
}

TEST_P(TlsStreamTest, BytesMayArriveOneByOne) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake(1)) << client.error();
  EXPECT_EQ(send_and_receive("hello", 1), "hello");
}

TEST_P(TlsStreamTest, AWaitMayLeaveTheBytesToTheRead) {
  client = TlsClient({GetParam()});
  prepare = [](MemoryStream& made) { made.set_wait_reads(false); };
  start_tls(echo);
  ASSERT_TRUE(complete_handshake(1)) << client.error();
  EXPECT_EQ(send_and_receive("hello", 7), "hello");
}

TEST_P(TlsStreamTest, MessagesOfManyRecordsArriveWhole) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  const auto text = long_text();
  EXPECT_EQ(send_and_receive(text), text);
  EXPECT_EQ(send_and_receive(text, 1000), text);
}

TEST_P(TlsStreamTest, RecordsThatArriveTogetherAreAllRead) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  for (const auto* part : {"a", "b", "c", "d"}) client.write(part);
  EXPECT_EQ(send_and_receive("e"), "abcde");
}

TEST_P(TlsStreamTest, ASlowPeerGetsEverything) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  stream->set_room(100);
  const auto text = long_text();
  client.write(text);
  std::string answer;
  for (int i = 0; i < 10'000 && answer.size() < text.size(); ++i) {
    carry();
    answer += client.read();
    stream->set_room(1000);
  }
  EXPECT_EQ(answer, text);
}

TEST_P(TlsStreamTest, AnEndSendsCloseNotifyAndWaitsForThePeers) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  complete_handshake();
  EXPECT_EQ(client.read(), "hello");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(stream->write_ended());
  EXPECT_FALSE(closed()) << "it waits for the peer's EOF";
  client.close();
  carry();
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsStreamTest, APeerThatNeverClosesIsClosedAtTheLingerDeadline) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  complete_handshake();
  advance(std::chrono::seconds(6));
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsStreamTest, EofDoesNotEndTheOutput) {
  client = TlsClient({GetParam()});
  start_tls([](Connection& connection) -> asio::awaitable<void> {
    std::string all;
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) all += bytes;
    co_await connection.write("got ", all);
  });
  ASSERT_TRUE(complete_handshake());
  client.write("all of it");
  client.close();
  carry();
  EXPECT_EQ(client.read(), "got all of it");
  EXPECT_TRUE(client.ended());
  expect_end(EndReason::finished, /*reset=*/false);
}

// Answers after the end of the input, when the network is gone.
asio::awaitable<void> answer_too_late(Connection& connection, MemoryStream*& stream) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
  }
  stream->fail_at(1, asio::error::connection_reset);
  co_await connection.write("answer");
}

TEST_P(TlsStreamTest, AFailedWriteAfterCloseNotifyHasTheErrorOfTheNetwork) {
  client = TlsClient({GetParam()});
  start_tls([this](Connection& connection) { return answer_too_late(connection, stream); });
  ASSERT_TRUE(complete_handshake());
  client.close();
  stream->feed(client.give());
  const auto ended = end();
  EXPECT_EQ(to_string(ended.reason), to_string(EndReason::peer_reset));
  EXPECT_EQ(ended.text, "write: " + std::error_code(asio::error::connection_reset).message());
  EXPECT_EQ(close_record().failed_operation, "try_write");
}

TEST_P(TlsStreamTest, EofWithoutCloseNotifyIsATruncation) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  EXPECT_EQ(send_and_receive("part"), "part");
  stream->end_input();
  expect_end(EndReason::tls_truncated, /*reset=*/false);
}

TEST_P(TlsStreamTest, ATamperedRecordEndsTheConnection) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  client.write("hello");
  auto record = client.give();
  record.back() = static_cast<char>(record.back() ^ 1);
  stream->feed(record);
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_NE(end().text.find("mac"), std::string::npos) << end().text;
}

TEST_P(TlsStreamTest, CloseNotifyWaitsForRoom) {
  client = TlsClient({GetParam()});
  start_tls([](Connection& connection) -> asio::awaitable<void> {
    co_await connection.read();
    connection.finish_writing();
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    }
  });
  ASSERT_TRUE(complete_handshake());
  stream->set_room(3);
  client.write("go");
  carry();
  EXPECT_FALSE(stream->write_ended());
  stream->set_room(1000);
  carry();
  EXPECT_EQ(client.read(), "");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(stream->write_ended());
  client.close();
  carry();
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsStreamTest, APeerThatReadsNothingCannotDelayCloseNotifyForever) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  client.handshake();
  carry();
  // In TLS 1.2 the client's next flight completes the handshake.
  stream->set_room(0);
  carry();
  if (!closed()) advance(std::chrono::seconds(31));
  if (!closed()) advance(std::chrono::seconds(31));
  EXPECT_TRUE(closed());
}

TEST_P(TlsStreamTest, ASessionThatNeverWritesSendsNoTicket) {
  client = TlsClient({GetParam()});
  start_tls([](Connection& connection) -> asio::awaitable<void> {
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    }
  });
  client.handshake();
  stream->feed(client.give());
  run();
  client.take(stream->take_written());
  client.handshake();
  stream->feed(client.give());
  run();
  client.take(stream->take_written());  // the last flight of TLS 1.2
  ASSERT_TRUE(client.handshake());
  client.write("one way");
  stream->feed(client.give());
  run();
  EXPECT_EQ(stream->take_written(), "") << "unread, it would turn the client's close into a reset";
  client.close();
  carry();
  client.read();
  EXPECT_TRUE(client.ended()) << client.error();
  expect_end(EndReason::finished, /*reset=*/false);
}

// Otherwise a client with Nagle's algorithm would hold its first bytes back for 40 ms.
TEST_P(TlsStreamTest, ALastFlightThatNothingAnswersIsAcknowledgedAtOnce) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  EXPECT_EQ(stream->acknowledgements(), GetParam() == TLS1_3_VERSION ? 1U : 0U);
}

TEST_P(TlsStreamTest, TheTicketComesInOnePieceWithTheFirstAnswer) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  const auto calls = stream->write_calls();
  EXPECT_EQ(send_and_receive("hello"), "hello");
  EXPECT_EQ(stream->write_calls(), calls + 1);
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(client.ssl())), 1);
}

TEST_P(TlsStreamTest, TheNegotiatedParametersAreAvailable) {
  settings.alpn = {"chat/2", "chat/1"};
  client = TlsClient({GetParam(), "b.example", {"chat/1", "other"}});
  std::optional<TlsInfo> info;
  start_tls([&info](Connection& connection) -> asio::awaitable<void> {
    info = connection.tls();
    return echo(connection);
  });
  ASSERT_TRUE(complete_handshake()) << client.error();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->version, GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
  EXPECT_NE(info->cipher.find("_GCM_SHA"), std::string::npos) << info->cipher;
  EXPECT_EQ(info->server_name, "b.example");
  EXPECT_EQ(info->alpn, "chat/1");
  EXPECT_EQ(info->client_subject, "");
  EXPECT_FALSE(info->resumed);
}

}  // namespace
}  // namespace portico::test
