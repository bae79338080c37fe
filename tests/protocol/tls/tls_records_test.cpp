// The ways in which records may arrive, and records that carry no application data: in pieces, endless, incomplete.

#include "tests/support/tls_records.hpp"

#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "protocol/tls/tls_transport.hpp"
#include "tests/support/tls_fixture.hpp"

#include <portico/sender.hpp>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico::test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned char handshake = 22;
constexpr unsigned char application_data = 23;

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

struct TlsRecordsFixture : TlsFixture {
  // Returns `text` as the client would send it.
  std::string record(std::string_view text) {
    client.write(text);
    return client.give();
  }

  // Returns what the session has answered so far.
  std::string answer() {
    client.take(closed() ? close_record().written : stream->take_written());
    return client.read();
  }

  void feed(std::string_view bytes) {
    stream->feed(bytes);
    run();
  }
};

struct TlsRecordsTest : testing::TestWithParam<int>, TlsRecordsFixture {
  // Stops the server when `size` bytes of a record have arrived.
  void stop_inside(std::size_t size) {
    const auto text = record("hello");
    feed(text.substr(0, size));
    connections.drain();
    run();
    ASSERT_FALSE(closed());
    feed(text.substr(size));
    EXPECT_EQ(answer(), "hello");
    client.close();
    if (!closed()) feed(client.give());
    expect_end(EndReason::stopping, /*reset=*/false);
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, TlsRecordsTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsRecordsTest, TheEndOfARecordMayArriveWithTheNextOne) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  std::size_t split = 0;
  std::string first;
  do {
    first = record("a");
    const auto second = record("b");
    feed(first.substr(0, ++split));
    feed(first.substr(split) + second);
    ASSERT_EQ(answer(), "ab") << split;
  } while (split < first.size());
}

TEST_P(TlsRecordsTest, CloseNotifyMayArriveWithTheEndOfARecord) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  const auto text = record("a");
  client.close();
  feed(text.substr(0, 20));
  feed(text.substr(20) + client.give());
  EXPECT_EQ(answer(), "a");
  EXPECT_TRUE(client.ended());
}

TEST_P(TlsRecordsTest, TheEndOfTheHandshakeMayArriveWithTheFirstRequest) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  client.handshake();
  feed(client.give());
  client.take(stream->take_written());
  client.handshake();
  auto last = client.give();
  if (GetParam() == TLS1_3_VERSION) last += record("early data");
  feed(last.substr(0, 10));
  feed(last.substr(10));
  client.take(stream->take_written());
  client.handshake();
  if (GetParam() == TLS1_2_VERSION) feed(record("early data"));
  EXPECT_EQ(answer(), "early data");
}

TEST_P(TlsRecordsTest, ARecordThatArrivesByteByByteDoesNotMoveTheDeadlines) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  const auto text = record("hello");
  for (std::size_t i = 0; i < 4 && !closed(); ++i) {
    feed(text.substr(i, 1));
    advance(std::chrono::seconds(10));
  }
  expect_end(EndReason::first_byte_timeout, /*reset=*/true);
}

// Two records, each of which takes longer to arrive than the grace period. The session gets no byte of the second
// before it is complete.
TEST_P(TlsRecordsTest, APartialRecordCountsForTheMinimumRate) {
  for (const bool fast_enough : {true, false}) {
    client = TlsClient({GetParam()});
    Endpoint endpoint{{"e", "h", {.first_byte = 0s, .idle = 0s}}, [](Connection& connection) -> asio::awaitable<void> {
                        std::vector<char> message(20'000);
                        co_await connection.read_exactly(message);
                        co_await connection.write("thanks");
                      }};
    endpoint.settings.min_rate = {.read = {1000, 1s}, .write = {}, .grace = 2s};
    start_tls(std::move(endpoint));
    ASSERT_TRUE(complete_handshake());
    auto records = record(std::string(10'000, 'a'));
    records += record(std::string(10'000, 'b'));
    const std::size_t each_second = fast_enough ? 1500 : 500;
    for (std::size_t sent = 0; sent < records.size() && !closed(); sent += each_second) {
      feed(std::string_view(records).substr(sent, each_second));
      sweep_for(1s);
    }
    if (fast_enough) {
      ASSERT_FALSE(closed()) << end().text;
      EXPECT_EQ(answer(), "thanks");
    } else {
      EXPECT_EQ(to_string(observer.ends().back().reason), "min_rate");
    }
  }
}

TEST_P(TlsRecordsTest, AStopWaitsForTheRestOfARecord) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  stop_inside(20);
}

TEST_P(TlsRecordsTest, AStopWaitsForARecordWhoseHeaderHasArrived) {
  client = TlsClient({GetParam()});
  start_tls(echo);
  ASSERT_TRUE(complete_handshake());
  stop_inside(5);
}

struct TlsFloodTest : testing::Test, TlsRecordsFixture {};

TEST_F(TlsFloodTest, AnEndlessHandshakeMessageCannotBlockAWrite) {
  settings.cipher_suites = "TLS_AES_128_GCM_SHA256";
  client = TlsClient({TLS1_3_VERSION});
  TlsRecords records(client);
  std::optional<Sender> sender;
  start_tls([&sender](Connection& connection) {
    sender = connection.sender();
    return echo(connection);
  });
  ASSERT_TRUE(complete_handshake());
  feed(records.seal(application_data, "before"));
  EXPECT_EQ(answer(), "before");
  feed(records.seal(handshake, {"\x18\0\0\x01", 4}));  // the header of a KeyUpdate
  EXPECT_FALSE(closed());
  sender->send("news");
  run();
  EXPECT_TRUE(stream->write_ended());
  stream->end_input();
  expect_end(EndReason::tls_failed, /*reset=*/false);
  EXPECT_EQ(end().text, "unexpected message");
}

// The wait of a real socket lets other connections run, so it is enough that OpenSSL stops reading in between.
TEST_F(TlsFloodTest, KeyUpdatesAreNotAllReadInOneCall) {
  client = TlsClient({TLS1_3_VERSION});
  MemoryStream below(context);
  const TlsContext tls_context(settings);
  TlsStream tls(below, tls_context, "");
  client.handshake();
  while (SSL_is_init_finished(client.ssl()) == 0 || tls.handshake({})) {
    below.feed(client.give());
    const auto error = tls.handshake({});
    ASSERT_TRUE(!error || error == asio::error::would_block) << error.message();
    client.take(below.take_written());
    client.handshake();
  }
  std::string updates;
  while (updates.size() < 200'000) {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    client.handshake();
    updates += client.give();
  }
  below.feed(updates + record("still here"));
  std::array<char, 100> into;
  EXPECT_EQ(tls.try_read(asio::buffer(into)).error, asio::error::would_block);
  EXPECT_GT(below.unread(), 100'000U);
  Stream::Transfer got;
  while (below.unread() > 0) got = tls.try_read(asio::buffer(into));
  EXPECT_EQ(std::string_view(into.data(), got.bytes), "still here");
}

TEST(TlsTransportTest, OutputThatThePeerDoesNotReadIsLimited) {
  asio::io_context context;
  MemoryStream stream(context);
  stream.set_room(0);
  TlsTransport transport(stream, "");
  const BioOwner bio(transport.new_bio());
  const std::string alert(1000, 'x');
  int written = 0;
  while (written < 1000 && BIO_write(bio.get(), alert.data(), static_cast<int>(alert.size())) > 0) ++written;
  EXPECT_GT(written, 200);
  EXPECT_LT(written, 300);
  EXPECT_EQ(transport.error(), tls_flooded());
  stream.feed("more");
  char byte = 0;
  EXPECT_LE(BIO_read(bio.get(), &byte, 1), 0);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_EQ(transport.error(), tls_flooded());
}

}  // namespace
}  // namespace portico::test
