#include "handlers/handlers.hpp"

#include "tests/support/memory_session.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace portico {
namespace {

using namespace std::literals;
using test::MemorySession;

TEST(EchoTest, SendsBackEveryByteHoweverItArrives) {
  const std::string input = "hello\r\n\0bytes"s;
  for (std::size_t piece = 1; piece <= input.size(); ++piece) {
    MemorySession session;
    session.stream.feed_pieces(input, piece);
    session.stream.end_input();
    session.start(handlers::echo(session.connection));
    EXPECT_TRUE(session.returned()) << session.text();
    EXPECT_EQ(session.stream.written(), input);
  }
}

TEST(EchoTest, StopsReadingWhileThePeerReadsNothing) {
  MemorySession session;
  session.stream.set_room(2);
  session.start(handlers::echo(session.connection));
  session.feed("hello");
  session.feed("world");
  EXPECT_EQ(session.stream.written(), "he");
  EXPECT_FALSE(session.stream.waiting());
  session.stream.set_room(100);
  session.run();
  EXPECT_EQ(session.stream.written(), "helloworld");
}

TEST(EchoTest, EndsWhenTheServerStops) {
  MemorySession session;
  session.start(handlers::echo(session.connection));
  session.feed("hello");
  session.stop();
  EXPECT_TRUE(session.returned());
  EXPECT_EQ(session.stream.written(), "hello");
}

TEST(DiscardTest, ReadsEverythingAndSendsNothing) {
  MemorySession session;
  session.start(handlers::discard(session.connection));
  session.feed(std::string(100'000, 'x'));
  EXPECT_TRUE(session.waits());
  session.end_input();
  EXPECT_TRUE(session.returned());
  EXPECT_EQ(session.connection.bytes_in(), 100'000U);
  EXPECT_EQ(session.stream.written(), "");
}

TEST(ChargenTest, ThePatternMatchesTheRfc) {
  const std::string_view pattern = handlers::chargen_pattern();
  ASSERT_EQ(pattern.size(), 95U * 74U);
  // The first lines of the example in RFC 864, and the line where the characters wrap.
  EXPECT_EQ(pattern.substr(0, 74), " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n");
  EXPECT_EQ(pattern.substr(74, 74), "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefgh\r\n");
  EXPECT_EQ(pattern.substr(std::size_t{24} * 74, 74),
            "89:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ \r\n");
  EXPECT_EQ(pattern.substr(std::size_t{94} * 74, 3), "~ !");
  EXPECT_EQ(std::set<char>(pattern.begin(), pattern.end()).size(), 97U);
}

class ChargenSessionTest : public testing::Test {
 protected:
  void SetUp() override {
    session.stream.set_room(room);
    session.start(handlers::chargen(session.connection));
  }

  void make_room() {
    session.stream.set_room(room);
    session.run();
  }

  static constexpr std::size_t room = 100'000;
  MemorySession session;
};

TEST_F(ChargenSessionTest, SendsThePatternWithoutGapsUntilThePeerReadsNoMore) {
  make_room();
  ASSERT_EQ(session.stream.written().size(), 2 * room);
  const std::string_view pattern = handlers::chargen_pattern();
  std::string expected;
  while (expected.size() < 2 * room) expected += pattern;
  EXPECT_TRUE(session.stream.written() == expected.substr(0, 2 * room));
  EXPECT_TRUE(session.waits());
}

TEST_F(ChargenSessionTest, EndsAtEofWhateverThePeerSent) {
  session.feed("ignored");
  session.end_input();
  make_room();
  make_room();
  make_room();
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST(ChargenTest, ServesAClientThatHasEndedItsInputAtOnce) {
  MemorySession session;
  session.stream.end_input();
  session.start(handlers::chargen(session.connection));
  EXPECT_TRUE(session.returned()) << session.text();
  EXPECT_EQ(session.stream.written().size(), 8 * handlers::chargen_pattern().size());
}

TEST_F(ChargenSessionTest, EndsWhenTheServerStops) {
  session.feed("ignored");
  session.stop();
  make_room();
  make_room();
  EXPECT_TRUE(session.returned()) << session.text();
}

TEST_F(ChargenSessionTest, EndsAtANetworkError) {
  session.stream.break_input(asio::error::connection_reset);
  make_room();
  EXPECT_EQ(session.error(), asio::error::connection_reset);
}

TEST(ChargenTest, LetsOtherSessionsRunThoughThePeerReadsEverything) {
  MemorySession busy;
  busy.context.restart();
  int runs = 0;
  asio::post(busy.context, [&] {
    ++runs;
    busy.worker.stopping = true;
  });
  busy.start(handlers::chargen(busy.connection));  // would never return if the posted function did not run
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(busy.returned()) << busy.text();
}

using std::chrono::sys_days;
using std::chrono::year;

TEST(DaytimeTest, HasTheFormThatTheRfcProposes) {
  const auto moment = sys_days(year(1982) / 2 / 22) + 17h + 37min + 43s;
  EXPECT_EQ(handlers::daytime_text(moment), "Monday, February 22, 1982 17:37:43-UTC\r\n");
  EXPECT_EQ(handlers::daytime_text(sys_days(year(2028) / 2 / 29)), "Tuesday, February 29, 2028 00:00:00-UTC\r\n");
  EXPECT_EQ(handlers::daytime_text(sys_days(year(2026) / 12 / 5) + 9h + 8min + 7s),
            "Saturday, December 5, 2026 09:08:07-UTC\r\n");
}

TEST(DaytimeTest, IsSentOnceAndThenTheSessionEnds) {
  MemorySession session;
  session.start(handlers::daytime(session.connection));
  EXPECT_TRUE(session.returned());
  EXPECT_TRUE(session.stream.written().ends_with("-UTC\r\n")) << session.stream.written();
}

std::uint32_t number(std::chrono::sys_seconds moment) {
  std::uint32_t value = 0;
  for (const char byte : handlers::time_number(moment)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

TEST(TimeTest, MatchesTheExamplesOfTheRfc) {
  // The examples of RFC 868.
  EXPECT_EQ(number(sys_days(year(1970) / 1 / 1)), 2'208'988'800U);
  EXPECT_EQ(number(sys_days(year(1976) / 1 / 1)), 2'398'291'200U);
  EXPECT_EQ(number(sys_days(year(1980) / 1 / 1)), 2'524'521'600U);
  EXPECT_EQ(number(sys_days(year(1983) / 5 / 1)), 2'629'584'000U);
}

TEST(TimeTest, WrapsIn2036) {
  const auto last = sys_days(year(2036) / 2 / 7) + 6h + 28min + 15s;
  EXPECT_EQ(number(last), 0xFFFFFFFFU);
  EXPECT_EQ(number(last + 1s), 0U);
}

TEST(TimeTest, IsSentAsFourBytesAndThenTheSessionEnds) {
  MemorySession session;
  session.start(handlers::time(session.connection));
  EXPECT_TRUE(session.returned());
  EXPECT_EQ(session.stream.written().size(), 4U);
}

TEST(WhoamiTest, SendsTheConnectionsFactsAsOneLineOfJson) {
  MemorySession session;
  session.settings.endpoint = "who \"am\" I";
  session.start(handlers::whoami(session.connection));
  EXPECT_TRUE(session.returned());
  EXPECT_EQ(session.stream.written(),
            R"({"id":7,"peer":"192.0.2.1:4711","local":"127.0.0.1:7000","endpoint":"who \"am\" I","tls":null})"
            "\n");
}

// The example of RFC 9110 section 5.6.7.
const auto health_moment = sys_days(year(1994) / 11 / 6) + 8h + 49min + 37s;

TEST(HealthAnswerTest, AnswersIfTheServerIsReady) {
  EXPECT_EQ(
      handlers::health_answer("GET / HTTP/1.1", true, health_moment),
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
      "Cache-Control: no-store\r\nConnection: close\r\n\r\nok\n");
  EXPECT_EQ(handlers::health_answer("GET /ready?x=1 HTTP/1.0", false, health_moment),
            "HTTP/1.1 503 Service Unavailable\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
            "Content-Length: 9\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nstopping\n");
}

TEST(HealthAnswerTest, AnswersHeadWithTheLengthButWithoutTheBody) {
  const std::string answer = handlers::health_answer("HEAD / HTTP/1.1", true, health_moment);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HealthAnswerTest, AnswersOptionsAsGet) {
  const std::string_view get = "GET / HTTP/1.1";
  for (const std::string_view line : {"OPTIONS / HTTP/1.0", "OPTIONS * HTTP/1.1"}) {
    for (const bool ready : {true, false})
      EXPECT_EQ(handlers::health_answer(line, ready, health_moment),
                handlers::health_answer(get, ready, health_moment));
  }
}

TEST(HealthAnswerTest, OtherMethodsAreAnsweredWithTheAllowedOnes) {
  const std::string answer = handlers::health_answer("POST / HTTP/1.1", true, health_moment);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_NE(answer.find("\r\nAllow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
}

TEST(HealthAnswerTest, AnythingButAnHttp1RequestIsABadRequest) {
  for (const std::string_view line :
       {"", "hello", "GET", "GET /", "GET / ", "GET  HTTP/1.1", " / HTTP/1.1", "GET / x HTTP/1.1", "GET / HTTP/2.0",
        "GET / HTTP/1.", "GET / HTTP/1.x", "GET / http/1.1", "G\tET / HTTP/1.1", "\x16\x03\x01 / HTTP/1.1"}) {
    EXPECT_TRUE(handlers::health_answer(line, true, health_moment).starts_with("HTTP/1.1 400 Bad Request\r\n")) << line;
  }
}

class HealthTest : public testing::Test {
 protected:
  std::string status_of(const std::string& written) const { return written.substr(0, written.find("\r\n")); }

  MemorySession session;
};

TEST_F(HealthTest, AnswersACompleteRequestAndEnds) {
  session.start(handlers::health(session.connection));
  session.feed("\r\nGET / HTTP/1.1\r\nHost: 192.0.2.7\r\n");
  EXPECT_TRUE(session.waits());
  EXPECT_EQ(session.stream.written(), "");
  session.feed("\r\n");
  EXPECT_TRUE(session.returned()) << session.text();
  EXPECT_EQ(status_of(session.stream.written()), "HTTP/1.1 200 OK");
}

TEST_F(HealthTest, SaysThatTheServerIsStoppingFromTheStopRequestOn) {
  session.worker.ready = false;
  session.start(handlers::health(session.connection));
  session.feed("GET / HTTP/1.0\n\n");
  EXPECT_EQ(status_of(session.stream.written()), "HTTP/1.1 503 Service Unavailable");
}

TEST_F(HealthTest, ARequestThatEofEndsIsAnswered) {
  session.start(handlers::health(session.connection));
  session.feed("GET / HTTP/1.0\r\n");
  session.end_input();
  EXPECT_EQ(status_of(session.stream.written()), "HTTP/1.1 200 OK");
}

TEST_F(HealthTest, AClientThatSendsNothingGetsNothing) {
  session.start(handlers::health(session.connection));
  session.end_input();
  EXPECT_TRUE(session.returned());
  EXPECT_EQ(session.stream.written(), "");
}

TEST_F(HealthTest, ReadsAtMostAHundredLines) {
  session.start(handlers::health(session.connection));
  session.feed("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 99; ++i) session.feed("Name: value\r\n");
  EXPECT_TRUE(session.waits());
  session.feed("Name: value\r\n");
  EXPECT_EQ(status_of(session.stream.written()), "HTTP/1.1 400 Bad Request");
}

TEST_F(HealthTest, EndsAtALineThatIsTooLong) {
  session.start(handlers::health(session.connection));
  session.feed("GET /" + std::string(8 * 1024, 'x'));
  EXPECT_EQ(session.reason(), EndReason::message_too_long);
}

}  // namespace
}  // namespace portico
