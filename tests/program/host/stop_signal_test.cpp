#include "program/host/stop_signal.hpp"

#include "program/host/stop_requests.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#ifdef _WIN32
#include "program/host/stop_signal_windows.hpp"

#include <future>
#else
#include "program/host/ignored_signal.hpp"

#include <csignal>
#endif

namespace portico {
namespace {

// Does what the system does to request a stop.
void request_stop() {
#ifdef _WIN32
  EXPECT_TRUE(on_console_event(CTRL_C_EVENT));
#else
  std::raise(SIGTERM);
#endif
}

// A clock that goes on by a second each time it is read.
StopSignal::Clock seconds_apart() {
  return [now = StopRequests::TimePoint()]() mutable { return now += std::chrono::seconds(1); };
}

TEST(StopSignalTest, CountsTheFirstAndTheSecondSignal) {
  asio::io_context main(1);
  std::vector<int> received;
  StopSignal stop(
      main,
      [&](int nth) {
        received.push_back(nth);
        if (nth == 1) request_stop();
        if (nth == 2) stop.finished();
      },
      seconds_apart());
  request_stop();
  main.run();
  EXPECT_EQ(received, (std::vector{1, 2}));
}

TEST(StopSignalTest, SignalsWithinHalfASecondOfTheFirstAreTheSameRequest) {
  StopRequests requests;
  const StopRequests::TimePoint first{};
  EXPECT_EQ(requests.add(first), 1);
  EXPECT_EQ(requests.add(first + std::chrono::milliseconds(1)), 0);
  EXPECT_EQ(requests.add(first + std::chrono::milliseconds(499)), 0);
  EXPECT_EQ(requests.add(first + std::chrono::milliseconds(500)), 2);
  EXPECT_EQ(requests.add(first + std::chrono::milliseconds(501)), 3);
}

TEST(StopSignalTest, KeepsTheMainContextRunningUntilFinished) {
  asio::io_context main(1);
  StopSignal stop(main, [](int) {});
  main.poll();
  EXPECT_FALSE(main.stopped());
  stop.finished();
  main.run();
  EXPECT_TRUE(main.stopped());
}

TEST(StopSignalTest, ReportsNothingAfterFinishedEvenIfASignalIsPending) {
  asio::io_context main(1);
  int received = 0;
  StopSignal stop(main, [&](int) { ++received; });
  request_stop();
  stop.finished();
  main.run();
  EXPECT_EQ(received, 0);
}

TEST(StopSignalTest, CanBeDestroyedBeforeItsContextRuns) {
  asio::io_context main(1);
  int received = 0;
  {
    StopSignal stop(main, [&](int) { ++received; });
    request_stop();
  }
  main.run();
  EXPECT_EQ(received, 0);
}

#ifdef _WIN32

TEST(StopSignalTest, CtrlBreakRequestsAStopToo) {
  asio::io_context main(1);
  int received = 0;
  StopSignal stop(main, [&](int nth) {
    received = nth;
    stop.finished();
  });
  EXPECT_TRUE(on_console_event(CTRL_BREAK_EVENT));
  main.run();
  EXPECT_EQ(received, 1);
}

TEST(StopSignalTest, LeavesEventsToOtherHandlersWhileNoneExists) { EXPECT_FALSE(on_console_event(CTRL_C_EVENT)); }

TEST(StopSignalTest, LogoffOfAnotherUserDoesNotStopAServiceOrContainer) {
  asio::io_context main(1);
  int received = 0;
  StopSignal stop(main, [&](int nth) { received = nth; });
  EXPECT_TRUE(on_console_event_of(CTRL_LOGOFF_EVENT, /*session=*/0)) << "handled, or the system would end the process";
  main.poll();
  EXPECT_EQ(received, 0);
}

// The process ends when the handler returns, so it must not return before the drain has ended.
TEST(StopSignalTest, HoldsCloseLogoffAndShutdownUntilFinished) {
  asio::io_context main(1);
  std::vector<std::future<BOOL>> handlers;
  bool returned_early = false;
  StopSignal stop(
      main,
      [&](int nth) {
        if (nth < 3) return;
        for (auto& handler : handlers)
          returned_early |= handler.wait_for(std::chrono::milliseconds(50)) == std::future_status::ready;
        stop.finished();
      },
      seconds_apart());
  for (const DWORD event : std::initializer_list<DWORD>{CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT})
    handlers.push_back(std::async(std::launch::async, [event] { return on_console_event_of(event, /*session=*/1); }));
  main.run();
  EXPECT_FALSE(returned_early);
  for (auto& handler : handlers) EXPECT_TRUE(handler.get());
}

#else

TEST(StopSignalTest, ReceivesCtrlC) {
  std::signal(SIGINT, SIG_DFL);  // a job in the background of a script inherits it as ignored
  asio::io_context main(1);
  int received = 0;
  StopSignal stop(main, [&](int nth) {
    received = nth;
    stop.finished();
  });
  std::raise(SIGINT);
  main.run();
  EXPECT_EQ(received, 1);
}

TEST(StopSignalTest, LeavesSignalsIgnoredThatWereIgnored) {
  std::signal(SIGINT, SIG_IGN);
  asio::io_context main(1);
  StopSignal stop(main, [&](int) { stop.finished(); });
  EXPECT_TRUE(is_ignored(SIGINT));
  EXPECT_FALSE(is_ignored(SIGTERM));
  stop.finished();
  EXPECT_TRUE(is_ignored(SIGINT));
  std::signal(SIGINT, SIG_DFL);
}

#endif

}  // namespace
}  // namespace portico
