#include "tests/support/memory_session.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace portico {
namespace {

using namespace std::literals;
using test::MemorySession;

class LingerTest : public testing::Test {
 protected:
  void advance(std::chrono::milliseconds time) {
    for (const auto step : {std::chrono::nanoseconds(1), std::chrono::nanoseconds(time)}) {
      session.worker.begin_sweep(session.worker.now + step);
      session.connection.check_deadlines();
    }
    session.run();
  }

  MemorySession session;
};

TEST_F(LingerTest, EndsAtThePeersEndOfInput) {
  session.start(session.connection.finish());
  EXPECT_TRUE(session.stream.write_ended());
  EXPECT_TRUE(session.waits());
  session.feed("late");
  session.end_input();
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST_F(LingerTest, EndsAtTheDeadline) {
  session.start(session.connection.finish());
  advance(4s);
  EXPECT_TRUE(session.waits());
  advance(2s);
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST_F(LingerTest, WithoutTimeItDiscardsWhatHasArrived) {
  session.settings.timeouts.linger = 0s;
  session.stream.feed("unread");
  session.start(session.connection.finish());
  EXPECT_TRUE(session.returned()) << session.text();
  EXPECT_TRUE(session.stream.write_ended());
  EXPECT_EQ(session.stream.unread(), 0U) << "closing over unread bytes would be a reset";
}

TEST_F(LingerTest, WithoutTimeItDiscardsABoundedAmount) {
  session.settings.timeouts.linger = 0s;
  session.stream.feed(std::string(100'000, 'x'));
  session.start(session.connection.finish());
  EXPECT_TRUE(session.returned()) << session.text();
  EXPECT_GE(session.stream.unread(), 100'000U - 2 * 16'384U);
}

TEST_F(LingerTest, StopDoesNotShortenTheLinger) {
  session.start(session.connection.finish());
  session.stop();
  EXPECT_TRUE(session.waits());
  advance(6s);
  EXPECT_TRUE(session.returned()) << session.text();
}

}  // namespace
}  // namespace portico
