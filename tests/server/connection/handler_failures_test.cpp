// Every shipped handler, with each operation of its stream failing in turn.

#include "handlers/handlers.hpp"
#include "tests/support/connections_fixture.hpp"

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace portico {
namespace {

using test::ConnectionsFixture;
using test::MemoryStream;

using Handler = asio::awaitable<void> (*)(Connection&);
using Operations = std::set<std::string>;

asio::awaitable<void> record_return(Handler handler, Connection& connection, bool& returned) {
  co_await handler(connection);
  returned = true;
}

// Outcome of one connection.
struct Outcome {
  test::RecordingObserver::End end;
  test::CloseRecord close_record;
  bool returned = false;  // the session returned
};

// Runs a connection whose peer sends more than one read returns, has little room for the answers, and finally
// half-closes.
Outcome run_connection(Handler handler, const std::function<void(MemoryStream&)>& fail) {
  Outcome outcome;
  ConnectionsFixture fixture;
  fixture.prepare = [&](MemoryStream& stream) {
    stream.set_room(3);
    fail(stream);
  };
  auto& stream =
      fixture.start([&](Connection& connection) { return record_return(handler, connection, outcome.returned); });
  const auto step = [&](auto action) {
    if (fixture.connections.size() == 0) return;
    action();
    fixture.run();
  };
  for (int message = 0; message < 2; ++message) {
    step([&] { stream.feed(std::string(200, 'x')); });
    step([&] { stream.set_room(100'000); });
  }
  step([&] { stream.end_input(); });
  for (int i = 0; i < 3; ++i) step([&] { stream.set_room(100'000); });
  outcome.end = fixture.end();
  outcome.close_record = fixture.close_record();
  return outcome;
}

// Runs connections in which the first, second, third... operation fails, until none does. Returns the failed
// operations.
template <typename Fail>
Operations fail_each(Handler handler, Fail fail, EndReason reason, std::string_view text) {
  Operations failed;
  for (std::size_t number = 1; number < 1000; ++number) {
    SCOPED_TRACE(number);
    const Outcome outcome = run_connection(handler, [&](MemoryStream& stream) { fail(stream, number); });
    // A failure after the session's end does not count: its answer has been sent.
    const bool session_failed = !outcome.returned;
    EXPECT_EQ(to_string(outcome.end.reason), to_string(session_failed ? reason : EndReason::finished));
    EXPECT_EQ(outcome.close_record.reset, session_failed);
    EXPECT_TRUE(!session_failed || outcome.end.text.find(text) != std::string::npos) << outcome.end.text;
    if (outcome.close_record.failed_operation.empty()) return failed;
    failed.insert(outcome.close_record.failed_operation);
  }
  ADD_FAILURE() << "no connection without a failure";
  return failed;
}

struct Shipped {
  const char* name;
  Handler handler;
  Operations operations;  // all that it calls on its stream
};

class HandlerFailuresTest : public testing::TestWithParam<Shipped> {};

TEST_P(HandlerFailuresTest, StreamErrorIsTheReason) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.fail_at(number, asio::error::connection_reset);
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::peer_reset, ""), GetParam().operations);
}

TEST_P(HandlerFailuresTest, StreamExceptionIsTheReasonWithItsText) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.throw_at(number, std::make_exception_ptr(std::runtime_error("the stream is broken")));
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::handler_error, "the stream is broken"),
            GetParam().operations);
}

TEST_P(HandlerFailuresTest, OutOfMemoryEndsOnlyTheConnection) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.throw_at(number, std::make_exception_ptr(std::bad_alloc()));
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::handler_error, std::bad_alloc().what()),
            GetParam().operations);
}

const Operations operations_of_a_short_answer{"try_write", "write", "finish_writing", "wait", "try_read"};

INSTANTIATE_TEST_SUITE_P(Shipped, HandlerFailuresTest,
                         testing::Values(Shipped{"echo", handlers::echo, {"wait", "try_read", "try_write", "write"}},
                                         Shipped{"discard", handlers::discard, {"wait", "try_read"}},
                                         Shipped{"chargen", handlers::chargen, {"try_read", "try_write", "write"}},
                                         Shipped{"daytime", handlers::daytime, operations_of_a_short_answer},
                                         Shipped{"time", handlers::time, operations_of_a_short_answer},
                                         Shipped{"whoami", handlers::whoami, operations_of_a_short_answer},
                                         Shipped{"health", handlers::health, {"wait", "try_read", "try_write"}}),
                         [](const auto& shipped) { return shipped.param.name; });

}  // namespace
}  // namespace portico
