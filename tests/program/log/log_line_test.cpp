#include "program/log/log_line.hpp"

#include "tests/support/memory_session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace portico {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// 2026-11-22T20:10:00.123Z
constexpr std::chrono::system_clock::time_point a_moment(std::chrono::milliseconds(1795378200123));

LogLine line(LogFormat format) { return LogLine(format, a_moment, LogLevel::info, "closed"); }

// Quotes, line ends, control characters, DEL, C1, invalid UTF-8 (lone continuation, overlong, surrogate, truncated),
// NUL.
const std::string hostile = "\"\\\r\n\x1b[2J\x7f\xc2\x9b\x80\xc0\xaf\xed\xa0\x80 \xe2\x82\0,:{}="s;

void expect_one_line(const std::string& text) {
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_EQ(text.back(), '\n');
  EXPECT_TRUE(std::none_of(text.begin(), text.end() - 1, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
      << text;
  // nlohmann's dump() throws if the text is not UTF-8.
  EXPECT_NO_THROW(nlohmann::json(text).dump()) << text;
}

TEST(LogLineTest, IsOneJsonObjectWithTheTimeInUtc) {
  EXPECT_EQ(line(LogFormat::json)
                .add("endpoint", "echo")
                .add("connection", std::uint64_t{7})
                .add("duration_ms", 15ms)
                .finish(),
            R"({"time":"2026-11-22T20:10:00.123Z","level":"info","event":"closed",)"
            R"("endpoint":"echo","connection":7,"duration_ms":15})"
            "\n");
}

TEST(LogLineTest, IsReadableAsText) {
  EXPECT_EQ(line(LogFormat::text)
                .add("endpoint", "echo")
                .add("connection", std::uint64_t{7})
                .add("error", "it broke")
                .finish(),
            "2026-11-22T20:10:00.123Z info  closed endpoint=echo connection=7 error=\"it broke\"\n");
}

TEST(LogLineTest, OmitsEmptyFields) {
  EXPECT_EQ(line(LogFormat::text).add("error", "").add("annotations", Annotations{}).finish(),
            "2026-11-22T20:10:00.123Z info  closed\n");
}

TEST(LogLineTest, NestsAnnotationsInJson) {
  const auto text = line(LogFormat::json).add("annotations", Annotations{{"user", "eve"}, {"lines", "3"}}).finish();
  EXPECT_EQ(nlohmann::json::parse(text)["annotations"], (nlohmann::json{{"user", "eve"}, {"lines", "3"}}));
}

TEST(LogLineTest, ShowsAnnotationsWithAPrefixInText) {
  EXPECT_EQ(line(LogFormat::text).add("annotations", Annotations{{"user", "eve"}}).finish(),
            "2026-11-22T20:10:00.123Z info  closed annotations.user=eve\n");
}

TEST(LogLineTest, StaysOneValidLineWithHostileTextInEveryField) {
  for (const auto format : {LogFormat::json, LogFormat::text}) {
    const auto text = line(format).add("error", hostile).add("annotations", Annotations{{hostile, hostile}}).finish();
    expect_one_line(text);
    if (format == LogFormat::json) {
      const auto json = nlohmann::json::parse(text);
      EXPECT_EQ(json["annotations"].size(), 1U);
      EXPECT_EQ(json["error"], json["annotations"].begin().value());
    }
  }
}

TEST(LogLineTest, QuotesTextThatLooksLikeAField) {
  EXPECT_EQ(line(LogFormat::text).add("error", "x reason=finished").finish(),
            "2026-11-22T20:10:00.123Z info  closed error=\"x reason=finished\"\n");
}

TEST(LogLineTest, TruncatesLongTextBetweenTwoCharacters) {
  std::string text;
  while (text.size() < 2 * LogLine::max_text) text += "\xe2\x82\xac";
  for (const auto format : {LogFormat::json, LogFormat::text}) {
    const auto written = line(format).add("error", text).finish();
    expect_one_line(written);
    EXPECT_LT(written.size(), LogLine::max_text + 200);
    EXPECT_EQ(written.find("\xef\xbf\xbd"), std::string::npos) << "a character was cut in two";
    EXPECT_NE(written.find("\xac...\""), std::string::npos);
  }
}

TEST(LogLineTest, TruncatesLongTextThatIsNotUtf8) {
  expect_one_line(line(LogFormat::json).add("error", std::string(5000, '\x80')).finish());
}

TEST(LogLineTest, FormatsTheFirstSecondOfAYear) {
  const LogLine first(LogFormat::text, std::chrono::sys_days(std::chrono::year(2027) / 1 / 1), LogLevel::error,
                      "stopped");
  EXPECT_EQ(LogLine(first).finish(), "2027-01-01T00:00:00.000Z error stopped\n");
}

TEST(LogEventsTest, ListeningNamesTheEndpointAndTheAddress) {
  EXPECT_EQ(log_line(events::Listening{"echo", "127.0.0.1:7000"}, LogFormat::json, a_moment),
            R"({"time":"2026-11-22T20:10:00.123Z","level":"info","event":"listening",)"
            R"("endpoint":"echo","address":"127.0.0.1:7000"})"
            "\n");
}

asio::awaitable<void> read_once(Connection& connection) {
  co_await connection.read();
  connection.annotate("user", "eve \"\n\x1b");
}

TEST(LogEventsTest, ClosedHasEveryFieldOfTheConnection) {
  test::MemorySession session;
  session.start(read_once(session.connection));
  session.feed("hello");
  const auto line = log_line(events::Closed{session.connection, EndReason::handler_error, "it broke", 15ms, 5, 0},
                             LogFormat::json, a_moment);
  EXPECT_EQ(line, R"({"time":"2026-11-22T20:10:00.123Z","level":"error","event":"closed","endpoint":"memory",)"
                  R"("handler":"test","connection":7,"peer":"192.0.2.1:4711","local":"127.0.0.1:7000","bytes_in":5,)"
                  R"("bytes_out":0,"duration_ms":15,"reason":"handler_error","error":"it broke",)"
                  R"("annotations":{"user":"eve \"\n\u001b"}})"
                  "\n");
}

TEST(LogEventsTest, AcceptedNamesThePeer) {
  test::MemorySession session;
  EXPECT_EQ(log_line(events::Accepted{session.connection}, LogFormat::text, a_moment),
            "2026-11-22T20:10:00.123Z debug accepted endpoint=memory handler=test connection=7 peer=192.0.2.1:4711 "
            "local=127.0.0.1:7000\n");
}

TEST(LogEventsTest, AcceptPausedHasTheCauseAndAcceptResumedTheDuration) {
  const auto cause = std::make_error_code(std::errc::too_many_files_open);
  const auto paused = nlohmann::json::parse(
      log_line(events::AcceptPaused{"echo", "127.0.0.1:7000", cause.message(), cause}, LogFormat::json, a_moment));
  EXPECT_EQ(paused["level"], "error");
  EXPECT_EQ(paused["cause"], cause.message());
  EXPECT_EQ(paused["code"], cause.value());
  const auto resumed = nlohmann::json::parse(
      log_line(events::AcceptResumed{"echo", "127.0.0.1:7000", 300ms}, LogFormat::json, a_moment));
  EXPECT_EQ(resumed["paused_ms"], 300);
}

TEST(LogEventsTest, StartFailedHasTheError) {
  EXPECT_EQ(log_line(events::StartFailed{"endpoint e: cannot listen"}, LogFormat::json, a_moment),
            R"({"time":"2026-11-22T20:10:00.123Z","level":"error","event":"start_failed",)"
            R"("error":"endpoint e: cannot listen"})"
            "\n");
}

TEST(LogEventsTest, ReloadedCountsEndpointsAndWarnsOfRejectedCertificates) {
  EXPECT_EQ(log_line(events::Reloaded{3, 1, 0}, LogFormat::json, a_moment),
            R"({"time":"2026-11-22T20:10:00.123Z","level":"info","event":"reloaded","tls_endpoints":3,"replaced":1,)"
            R"("rejected":0,"note":"the configuration is read only at the start"})"
            "\n");
  EXPECT_EQ(level_of(events::Reloaded{3, 0, 1}), LogLevel::warn);
}

TEST(LogEventsTest, DrainingHasTheDeadlineAndStoppedTheLevel) {
  const auto draining = nlohmann::json::parse(log_line(events::Draining{201, 8s}, LogFormat::json, a_moment));
  EXPECT_EQ(draining["connections"], 201);
  EXPECT_EQ(draining["deadline_ms"], 8000);
  EXPECT_EQ(nlohmann::json::parse(log_line(events::Stopped{0}, LogFormat::json, a_moment))["level"], "info");
  EXPECT_EQ(nlohmann::json::parse(log_line(events::Stopped{1}, LogFormat::json, a_moment))["level"], "warn");
}

}  // namespace
}  // namespace portico
