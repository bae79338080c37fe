#include "tests/support/memory_session.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace portico {
namespace {

using namespace std::literals;
using test::MemorySession;

class Linger : public testing::Test {
 protected:
  void let_time_pass(std::chrono::milliseconds time) {
    for (const auto step : {std::chrono::nanoseconds(1), std::chrono::nanoseconds(time)}) {
      session.worker.begin_sweep(session.worker.now + step);
      session.connection.check_deadlines();
    }
    session.run();
  }

  MemorySession session;
};

TEST_F(Linger, EndsWithThePeersEnd) {
  session.start(session.connection.finish());
  EXPECT_TRUE(session.stream.write_ended());
  EXPECT_TRUE(session.waits());
  session.feed("late");
  session.end_input();
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST_F(Linger, EndsWhenItsTimeIsOver) {
  session.start(session.connection.finish());
  let_time_pass(4s);
  EXPECT_TRUE(session.waits());
  let_time_pass(2s);
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST_F(Linger, EndsWhenItsTimeIsOverThoughTheServerStops) {
  session.start(session.connection.finish());
  session.stop();
  EXPECT_TRUE(session.waits());
  let_time_pass(6s);
  EXPECT_TRUE(session.returned()) << session.text();
}

}  // namespace
}  // namespace portico
