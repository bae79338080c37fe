// `min_rate`, the slowest that a client may be, with the test's clock.

#include "tests/support/connections_fixture.hpp"

#include <portico/frames.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::MemoryStream;

asio::awaitable<void> read_lines(Connection& connection) {
  Lines lines(connection, 4096);
  while (co_await lines.next()) {
  }
}

asio::awaitable<void> read_tens(Connection& connection) {
  std::array<char, 10> ten{};
  while (co_await connection.read_exactly(ten)) {
  }
}

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

class MinRateTest : public testing::Test, protected test::ConnectionsFixture {
 protected:
  MemoryStream& start_limited(asio::awaitable<void> (*session)(Connection&), const MinRate& rate) {
    ConnectionSettings settings{"e", "h", {.first_byte = 0s, .idle = 0s, .write = 0s}};
    settings.min_rate = rate;
    return start(session, std::move(settings));
  }

  // Sends `piece` at the start of each `period`, and sweeps as a worker does.
  void dribble(MemoryStream& stream, std::string_view piece, std::chrono::milliseconds period, int times) {
    for (int i = 0; i < times && connections.size() != 0; ++i) {
      stream.feed(piece);
      run();
      sweep_for(period);
    }
  }

  bool lives() const { return connections.size() == 1; }

  const MinRate ten_a_second{.read = {10, 1s}, .write = {10, 1s}, .grace = 5s};
};

TEST_F(MinRateTest, SlowLineEndsTheConnectionAfterTheGraceAndNotBefore) {
  auto& stream = start_limited(read_lines, ten_a_second);
  dribble(stream, "x", 1s, 5);
  EXPECT_TRUE(lives());
  dribble(stream, "x", 1s, 1);
  expect_end(EndReason::min_rate, true);
  EXPECT_EQ(observer.ends()[0].text, "5 bytes in 5.2 s");
}

TEST_F(MinRateTest, StalledLineEndsTheConnection) {
  auto& stream = start_limited(read_lines, ten_a_second);
  dribble(stream, "x", 10s, 1);
  expect_end(EndReason::min_rate, true);
  EXPECT_EQ(observer.ends()[0].text, "0 bytes in 5.2 s");
}

TEST_F(MinRateTest, LineAtTheMinimumRateMayTakeLong) {
  auto& stream = start_limited(read_lines, ten_a_second);
  dribble(stream, std::string(15, 'x'), 1s, 60);
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, TimeBetweenMessagesDoesNotCount) {
  auto& stream = start_limited(read_lines, ten_a_second);
  sweep_for(1h);
  dribble(stream, "a line\n", 1h, 2);
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, TimeBetweenExactReadsDoesNotCount) {
  auto& stream = start_limited(read_tens, ten_a_second);
  sweep_for(1h);
  dribble(stream, "0123456789", 1h, 2);
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, CompleteMessageIsProgressThoughTheNextHasBegun) {
  auto& stream = start_limited(read_lines, ten_a_second);
  dribble(stream, "a\nb", 2s, 30);
  EXPECT_TRUE(lives());
  dribble(stream, "c", 6s, 1);
  EXPECT_FALSE(lives());
}

TEST_F(MinRateTest, ExactReadIsOneMessage) {
  auto& stream = start_limited(read_tens, ten_a_second);
  dribble(stream, "0", 1s, 5);
  EXPECT_TRUE(lives());
  dribble(stream, "0", 1s, 1);
  expect_end(EndReason::min_rate, true);
}

TEST_F(MinRateTest, NextExactReadIsAnotherMessage) {
  auto& stream = start_limited(read_tens, ten_a_second);
  stream.feed("01234");
  run();
  dribble(stream, "5678901234", 2s, 30);
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, PlainReadsHaveNoMessages) {
  auto& stream = start_limited(echo, ten_a_second);
  dribble(stream, "x", 10s, 3);
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, SlowReaderIsDisconnectedAfterTheGraceAndNotBefore) {
  prepare = [](MemoryStream& stream) { stream.set_room(1); };
  auto& stream = start_limited(echo, ten_a_second);
  stream.feed(std::string(1000, 'x'));
  run();
  for (int second = 0; second < 5; ++second) {
    stream.set_room(1);
    run();
    sweep_for(1s);
  }
  EXPECT_TRUE(lives());
  sweep_for(500ms);
  expect_end(EndReason::min_rate, true);
  EXPECT_EQ(observer.ends()[0].text, "4 bytes in 5.2 s");
}

TEST_F(MinRateTest, ReaderAtTheMinimumRateMayTakeLong) {
  prepare = [](MemoryStream& stream) { stream.set_room(1); };
  auto& stream = start_limited(echo, ten_a_second);
  stream.feed(std::string(1000, 'x'));
  run();
  for (int second = 0; second < 60; ++second) {
    stream.set_room(15);
    run();
    sweep_for(1s);
  }
  EXPECT_TRUE(lives());
}

TEST_F(MinRateTest, ZeroTurnsEachDirectionOff) {
  prepare = [](MemoryStream& stream) { stream.set_room(1); };
  auto& reader = start_limited(read_lines, {.read = {}, .write = {10, 1s}, .grace = 1s});
  ConnectionSettings settings{"e", "h", {.first_byte = 0s, .idle = 0s, .write = 0s}};
  settings.min_rate = {.read = {10, 1s}, .write = {}, .grace = 1s};
  auto& writer = start(echo, std::move(settings));
  reader.feed("x");
  writer.feed("hello");
  run();
  sweep_for(1min);
  EXPECT_EQ(connections.size(), 2U);
}

TEST_F(MinRateTest, LingeringPeerMayBeSlow) {
  auto& stream = start_limited([](Connection&) -> asio::awaitable<void> { co_return; }, ten_a_second);
  dribble(stream, "x", 1s, 3);
  EXPECT_TRUE(lives());
  stream.end_input();
  expect_end(EndReason::finished, false);
}

}  // namespace
}  // namespace portico
