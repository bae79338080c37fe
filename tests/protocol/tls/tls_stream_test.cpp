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

struct TlsTest : testing::TestWithParam<int>, TlsWorld {};
INSTANTIATE_TEST_SUITE_P(Versions, TlsTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsTest, a_session_reads_and_writes_in_plain) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands()) << client.error();
  EXPECT_EQ(ask("hello"), "hello");
  EXPECT_EQ(ask("again"), "again");
}

TEST_P(TlsTest, bytes_may_come_one_by_one) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands(1)) << client.error();
  EXPECT_EQ(ask("hello", 1), "hello");
}

TEST_P(TlsTest, a_wait_may_only_tell_of_bytes) {
  client = TlsClient({GetParam()});
  prepare = [](MemoryStream& made) { made.set_wait_reads(false); };
  start_tls(echo);
  ASSERT_TRUE(shake_hands(1)) << client.error();
  EXPECT_EQ(ask("hello", 7), "hello");
}

TEST_P(TlsTest, messages_of_many_records_arrive_whole) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands());
  const auto text = long_text();
  EXPECT_EQ(ask(text), text);
  EXPECT_EQ(ask(text, 1000), text);
}

TEST_P(TlsTest, several_records_that_come_together_are_all_read) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands());
  for (const auto* part : {"a", "b", "c", "d"}) client.write(part);
  EXPECT_EQ(ask("e"), "abcde");
}

TEST_P(TlsTest, a_slow_peer_gets_everything) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands());
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

TEST_P(TlsTest, an_end_is_said_by_close_notify_and_waits_for_the_peers) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  shake_hands();
  EXPECT_EQ(client.read(), "hello");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(stream->write_ended());
  EXPECT_FALSE(gone()) << "it waits for the peer's end";
  client.close();
  carry();
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsTest, a_peer_that_never_ends_its_side_is_left_after_the_linger_deadline) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  shake_hands();
  pass(std::chrono::seconds(6));
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsTest, an_end_of_input_is_no_end_of_output) {
  client = TlsClient({GetParam()});
  start_tls([](Connection& connection) -> asio::awaitable<void> {
    std::string all;
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) all += bytes;
    co_await connection.write("got ", all);
  });
  ASSERT_TRUE(shake_hands());
  client.write("all of it");
  client.close();
  carry();
  EXPECT_EQ(client.read(), "got all of it");
  EXPECT_TRUE(client.ended());
  expect_end(EndReason::finished, /*reset=*/false);
}

TEST_P(TlsTest, an_end_without_close_notify_is_a_truncation) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(ask("part"), "part");
  stream->end_input();
  expect_end(EndReason::tls_truncated, /*reset=*/true);
}

TEST_P(TlsTest, a_record_that_was_changed_on_its_way_ends_the_connection) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(shake_hands());
  client.write("hello");
  auto record = client.give();
  record.back() = static_cast<char>(record.back() ^ 1);
  stream->feed(record);
  expect_end(EndReason::tls_failed, /*reset=*/true);
  EXPECT_NE(end().text.find("mac"), std::string::npos) << end().text;
}

TEST_P(TlsTest, the_last_word_waits_for_room) {
  client = TlsClient({GetParam()});
  start_tls([](Connection& connection) -> asio::awaitable<void> {
    co_await connection.read();
    connection.finish_writing();
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    }
  });
  ASSERT_TRUE(shake_hands());
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

TEST_P(TlsTest, nobody_who_takes_nothing_holds_the_last_word_for_ever) {
  client = TlsClient({GetParam()});
  start_tls(greet);
  client.handshake();
  carry();
  // In TLS 1.2 the client's next flight ends the handshake.
  stream->set_room(0);
  carry();
  if (!gone()) pass(std::chrono::seconds(31));
  if (!gone()) pass(std::chrono::seconds(31));
  EXPECT_TRUE(gone());
}

TEST_P(TlsTest, what_was_agreed_on_can_be_asked_for) {
  settings.alpn = {"chat/2", "chat/1"};
  client = TlsClient({GetParam(), "b.example", {"chat/1", "other"}});
  std::optional<TlsInfo> facts;
  start_tls([&facts](Connection& connection) -> asio::awaitable<void> {
    facts = connection.tls();
    return echo(connection);
  });
  ASSERT_TRUE(shake_hands()) << client.error();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->version, GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
  EXPECT_NE(facts->cipher.find("_GCM_SHA"), std::string::npos) << facts->cipher;
  EXPECT_EQ(facts->server_name, "b.example");
  EXPECT_EQ(facts->alpn, "chat/1");
  EXPECT_EQ(facts->client_subject, "");
  EXPECT_FALSE(facts->resumed);
}

}  // namespace
}  // namespace portico::test
