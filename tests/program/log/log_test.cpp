#include "program/log/log.hpp"

#include "tests/support/memory_session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace portico {
namespace {

using namespace std::chrono_literals;

// Output of the logs in these tests. Can be blocked, like a pipe that is not read.
struct Tape {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  bool blocked = false;
  bool full = false;     // like a disk
  bool reached = false;  // a write has begun

  LogOutput output(bool terminal = false) {
    return {[this](std::string_view line) { return write(line); }, terminal};
  }
  bool write(std::string_view line) {
    std::unique_lock lock(mutex);
    reached = true;
    changed.notify_all();
    changed.wait(lock, [this] { return !blocked; });
    if (!full) lines.emplace_back(line);
    return !full;
  }
  void set_full(bool value) {
    const std::lock_guard lock(mutex);
    full = value;
  }
  void wait_until_reached() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return reached; });
  }
  void set_blocked(bool value) {
    const std::lock_guard lock(mutex);
    blocked = value;
    changed.notify_all();
  }
};

events::Draining numbered(std::size_t number) { return {number, 8s}; }

TEST(LogTest, WritesEverythingInOrderBeforeItIsDestroyed) {
  Tape tape;
  {
    Log log({}, tape.output());
    for (std::size_t i = 0; i < 500; ++i) log.on(numbered(i));
  }
  ASSERT_EQ(tape.lines.size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(nlohmann::json::parse(tape.lines[i])["connections"], i);
}

TEST(LogTest, FlushWaitsForEverythingReportedSoFar) {
  Tape tape;
  Log log({}, tape.output());
  log.on(events::Listening{"echo", "127.0.0.1:7000"});
  EXPECT_TRUE(log.flush(10s));
  const std::lock_guard lock(tape.mutex);
  EXPECT_EQ(tape.lines.size(), 1U);
}

TEST(LogTest, DefaultsToTextOnATerminalAndJsonOtherwise) {
  const auto first = [](const std::string& format, bool terminal) {
    Tape tape;
    {
      Log log({.format = format, .level = "info"}, tape.output(terminal));
      log.on(events::Stopped{0});
    }
    return tape.lines.at(0).front();
  };
  EXPECT_EQ(first("auto", true), '2');
  EXPECT_EQ(first("auto", false), '{');
  EXPECT_EQ(first("text", false), '2');
  EXPECT_EQ(first("json", true), '{');
}

TEST(LogTest, WritesNothingBelowItsLevel) {
  Tape tape;
  {
    Log log({.format = "json", .level = "warn"}, tape.output());
    log.on(events::Listening{"echo", "127.0.0.1:7000"});
    log.on(events::AcceptPaused{"echo", "127.0.0.1:7000", "too many",
                                std::make_error_code(std::errc::too_many_files_open)});
    log.on(events::Stopped{0});
    log.on(events::Stopped{2});
  }
  ASSERT_EQ(tape.lines.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(tape.lines[0])["event"], "accept_paused");
  EXPECT_EQ(nlohmann::json::parse(tape.lines[1])["killed"], 2);
}

TEST(LogTest, CountsConnectionsThatEndWithoutAByte) {
  for (const auto reason : {EndReason::finished, EndReason::peer_reset}) {
    Tape tape;
    {
      Log log({}, tape.output());
      test::MemorySession probe;
      for (int i = 0; i < 60; ++i) log.on(events::Closed{probe.connection, reason, "", 1ms});
      log.on(events::Stopped{0});
    }
    ASSERT_EQ(tape.lines.size(), 3U) << "the first, the others, and the stop";
    EXPECT_EQ(nlohmann::json::parse(tape.lines[0])["count"], 1);
    EXPECT_EQ(nlohmann::json::parse(tape.lines[1])["count"], 59);
    EXPECT_EQ(nlohmann::json::parse(tape.lines[1])["reason"], to_string(reason));
  }
}

TEST(LogTest, WritesALineForEachConnectionThatIsUnlikeTheOthers) {
  Tape tape;
  {
    Log log({}, tape.output());
    test::MemorySession slow;
    for (int i = 0; i < 3; ++i) log.on(events::Closed{slow.connection, EndReason::finished, "", 1s});
    test::MemorySession annotated;
    annotated.connection.annotate("proxy", "10.0.0.9:40000");
    for (int i = 0; i < 3; ++i) log.on(events::Closed{annotated.connection, EndReason::finished, "", 1ms});
  }
  EXPECT_EQ(tape.lines.size(), 6U);
}

TEST(LogTest, WritesALineForEachConnectionThatExchangedBytes) {
  Tape tape;
  {
    Log log({}, tape.output());
    test::MemorySession session;
    session.start(session.connection.write("x"));
    for (int i = 0; i < 3; ++i) log.on(events::Closed{session.connection, EndReason::finished, "", 1ms, 0, 1});
  }
  EXPECT_EQ(tape.lines.size(), 3U);
}

TEST(LogTest, NeverWaitsForItsOutputAndCountsDroppedLines) {
  Tape tape;
  tape.set_blocked(true);
  {
    Log log({}, tape.output(), 16);
    log.on(numbered(0));
    tape.wait_until_reached();
    for (std::size_t i = 1; i < 1000; ++i) log.on(numbered(i));  // would hang here if it waited
    EXPECT_FALSE(log.flush(0s));
    tape.set_blocked(false);
    EXPECT_TRUE(log.flush(10s));
  }
  // The line that was being written, then the number of dropped lines, then the newest 16.
  ASSERT_EQ(tape.lines.size(), 18U);
  const auto dropped = nlohmann::json::parse(tape.lines[1]);
  EXPECT_EQ(dropped["event"], "log_dropped");
  EXPECT_EQ(dropped["level"], "warn");
  EXPECT_EQ(dropped["lines"], 983);
  EXPECT_EQ(nlohmann::json::parse(tape.lines[2])["connections"], 984);
  EXPECT_EQ(nlohmann::json::parse(tape.lines[17])["connections"], 999);
}

TEST(LogTest, CountsLinesThatCouldNotBeWrittenAndReportsThemWithoutANewLine) {
  Tape tape;
  {
    Log log({.format = "json", .level = "error"}, tape.output());
    log.on(events::StartFailed{"written"});
    log.flush(10s);
    tape.set_full(true);
    log.on(events::StartFailed{"lost"});
    log.on(events::StartFailed{"lost too"});
    log.emit_repeated();
    EXPECT_TRUE(log.flush(10s));
    tape.set_full(false);
    log.emit_repeated();
    log.emit_repeated();
    EXPECT_TRUE(log.flush(10s));
  }
  ASSERT_EQ(tape.lines.size(), 2U);
  const auto dropped = nlohmann::json::parse(tape.lines[1]);
  EXPECT_EQ(dropped["event"], "log_dropped");
  EXPECT_EQ(dropped["lines"], 2);
}

TEST(LogTest, PlainLinesAreBelowItsLevelToo) {
  Tape tape;
  {
    Log log({.format = "text", .level = "error"}, tape.output());
    log.write_plain(LogLevel::warn, "a warning");
    log.write_plain(LogLevel::error, "portico: an error");
    EXPECT_TRUE(log.flush(10s));
  }
  EXPECT_EQ(tape.lines, (std::vector<std::string>{"portico: an error\n"}));
}

TEST(LogTest, TheJournalGetsAPriorityWithEachLine) {
  Tape tape;
  {
    auto output = tape.output();
    output.journal = true;
    Log log({.format = "json", .level = "debug"}, std::move(output));
    test::MemorySession session;
    log.on(events::Accepted{session.connection});
    log.on(events::Stopped{0});
    log.on(events::Stopped{1});
    log.on(events::StartFailed{"no"});
  }
  ASSERT_EQ(tape.lines.size(), 4U);
  const std::vector<std::string> priorities{"<7>{", "<6>{", "<4>{", "<3>{"};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(tape.lines[i].substr(0, 4), priorities[i]);
}

TEST(LogTest, AccountsForEveryLineOfManyThreads) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 2000;
  Tape tape;
  {
    Log log({}, tape.output(), 32);
    std::vector<std::thread> reporters;
    for (std::size_t t = 0; t < threads; ++t)
      reporters.emplace_back([&log] {
        for (std::size_t i = 0; i < each; ++i) log.on(numbered(i));
      });
    for (auto& reporter : reporters) reporter.join();
  }
  std::size_t accounted = 0;
  for (const auto& line : tape.lines) {
    const auto json = nlohmann::json::parse(line);
    accounted += json["event"] == "log_dropped" ? json["lines"].get<std::size_t>() : 1;
  }
  EXPECT_EQ(accounted, threads * each);
}

TEST(LogTest, CanBeDestroyedWhileItsOutputIsBlocked) {
  // Outlives the log's thread, which stays blocked in a write until the end of the test.
  const auto tape = std::make_shared<Tape>();
  tape->set_blocked(true);
  {
    Log log({}, {[tape](std::string_view line) { return tape->write(line); }});
    log.on(events::Stopped{0});
  }
  SUCCEED();
  tape->set_blocked(false);
}

}  // namespace
}  // namespace portico
