#include "program/host/stop_signal.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <vector>

#ifdef _WIN32
#include "program/host/stop_signal_windows.hpp"

#include <future>
#else
#include <csignal>
#endif

namespace portico {
namespace {

// What the system does when the process is told to stop.
void tell_to_stop() {
#ifdef _WIN32
  EXPECT_TRUE(on_console_event(CTRL_C_EVENT));
#else
  std::raise(SIGTERM);
#endif
}

TEST(StopSignal, CountsTheFirstAndTheSecondSignal) {
  asio::io_context main(1);
  std::vector<int> heard;
  StopSignal stop(main, [&](int nth) {
    heard.push_back(nth);
    if (nth == 1) tell_to_stop();
    if (nth == 2) stop.done();
  });
  tell_to_stop();
  main.run();
  EXPECT_EQ(heard, (std::vector{1, 2}));
}

TEST(StopSignal, KeepsTheMainContextRunningUntilDone) {
  asio::io_context main(1);
  StopSignal stop(main, [](int) {});
  main.poll();
  EXPECT_FALSE(main.stopped());
  stop.done();
  main.run();
  EXPECT_TRUE(main.stopped());
}

TEST(StopSignal, IsSilentAfterDoneAlthoughASignalIsOnItsWay) {
  asio::io_context main(1);
  int heard = 0;
  StopSignal stop(main, [&](int) { ++heard; });
  tell_to_stop();
  stop.done();
  main.run();
  EXPECT_EQ(heard, 0);
}

TEST(StopSignal, MayBeDestroyedBeforeItsContextHasRun) {
  asio::io_context main(1);
  int heard = 0;
  {
    StopSignal stop(main, [&](int) { ++heard; });
    tell_to_stop();
  }
  main.run();
  EXPECT_EQ(heard, 0);
}

#ifdef _WIN32

TEST(StopSignal, IsAskedByCtrlBreakToo) {
  asio::io_context main(1);
  int heard = 0;
  StopSignal stop(main, [&](int nth) {
    heard = nth;
    stop.done();
  });
  EXPECT_TRUE(on_console_event(CTRL_BREAK_EVENT));
  main.run();
  EXPECT_EQ(heard, 1);
}

TEST(StopSignal, LeavesEventsToOthersWhileThereIsNone) { EXPECT_FALSE(on_console_event(CTRL_C_EVENT)); }

// Returning from the handler is the process's end, so it must not return before the drain has ended.
TEST(StopSignal, HoldsCloseLogoffAndShutdownUntilDone) {
  asio::io_context main(1);
  std::vector<std::future<BOOL>> handlers;
  bool returned_early = false;
  StopSignal stop(main, [&](int nth) {
    if (nth < 3) return;
    for (auto& handler : handlers)
      returned_early |= handler.wait_for(std::chrono::milliseconds(50)) == std::future_status::ready;
    stop.done();
  });
  for (const DWORD event : std::initializer_list<DWORD>{CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT})
    handlers.push_back(std::async(std::launch::async, [event] { return on_console_event(event); }));
  main.run();
  EXPECT_FALSE(returned_early);
  for (auto& handler : handlers) EXPECT_TRUE(handler.get());
}

#else

TEST(StopSignal, HearsCtrlCAndSurvivesABrokenPipe) {
  asio::io_context main(1);
  int heard = 0;
  StopSignal stop(main, [&](int nth) {
    heard = nth;
    stop.done();
  });
  std::raise(SIGPIPE);
  std::raise(SIGINT);
  main.run();
  EXPECT_EQ(heard, 1);
}

#endif

}  // namespace
}  // namespace portico
