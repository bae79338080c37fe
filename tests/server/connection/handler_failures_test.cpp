// Every shipped handler, with every one of its stream's operations failing in turn.

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

using test::ConnectionsWorld;
using test::MemoryStream;

using Handler = asio::awaitable<void> (*)(Connection&);
using Operations = std::set<std::string>;

asio::awaitable<void> note_return(Handler handler, Connection& connection, bool& returned) {
  co_await handler(connection);
  returned = true;
}

// How one life of a connection went.
struct Life {
  test::RecordingObserver::End end;
  test::CloseRecord closing;
  bool returned = false;  // the session came to its own end
};

// A peer that sends more than a read takes at once, leaves little room for what it reads, and ends its side at last.
Life live(Handler handler, const std::function<void(MemoryStream&)>& fail) {
  Life life;
  ConnectionsWorld world;
  world.prepare = [&](MemoryStream& stream) {
    stream.set_room(3);
    fail(stream);
  };
  auto& stream = world.start([&](Connection& connection) { return note_return(handler, connection, life.returned); });
  const auto step = [&](auto action) {
    if (world.connections.size() == 0) return;
    action();
    world.run();
  };
  for (int message = 0; message < 2; ++message) {
    step([&] { stream.feed(std::string(200, 'x')); });
    step([&] { stream.set_room(100'000); });
  }
  step([&] { stream.end_input(); });
  for (int i = 0; i < 3; ++i) step([&] { stream.set_room(100'000); });
  life.end = world.end();
  life.closing = world.closing();
  return life;
}

// Lives as long as some operation fails, each time a later one. Which operations have failed.
template <typename Fail>
Operations fail_each(Handler handler, Fail fail, EndReason reason, std::string_view text) {
  Operations failed;
  for (std::size_t number = 1; number < 1000; ++number) {
    SCOPED_TRACE(number);
    const Life life = live(handler, [&](MemoryStream& stream) { fail(stream, number); });
    // What fails after the session's end is no failure of the session: all it had to say was sent.
    const bool session_failed = !life.returned;
    EXPECT_EQ(to_string(life.end.reason), to_string(session_failed ? reason : EndReason::finished));
    EXPECT_EQ(life.closing.reset, session_failed);
    EXPECT_TRUE(!session_failed || life.end.text.find(text) != std::string::npos) << life.end.text;
    if (life.closing.failed_operation.empty()) return failed;
    failed.insert(life.closing.failed_operation);
  }
  ADD_FAILURE() << "no life without a failure";
  return failed;
}

struct Shipped {
  const char* name;
  Handler handler;
  Operations operations;  // all that it makes of its stream
};

class HandlerFailures : public testing::TestWithParam<Shipped> {};

TEST_P(HandlerFailures, AnErrorOfTheStreamIsTheReason) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.fail_at(number, asio::error::connection_reset);
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::peer_reset, ""), GetParam().operations);
}

TEST_P(HandlerFailures, AnExceptionOfTheStreamIsTheReasonWithItsText) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.throw_at(number, std::make_exception_ptr(std::runtime_error("the stream is broken")));
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::handler_error, "the stream is broken"),
            GetParam().operations);
}

TEST_P(HandlerFailures, WantOfMemoryEndsTheConnectionAlone) {
  const auto fail = [](MemoryStream& stream, std::size_t number) {
    stream.throw_at(number, std::make_exception_ptr(std::bad_alloc()));
  };
  EXPECT_EQ(fail_each(GetParam().handler, fail, EndReason::handler_error, std::bad_alloc().what()),
            GetParam().operations);
}

const Operations all_of_a_short_answer{"try_write", "write", "finish_writing", "wait", "try_read"};

INSTANTIATE_TEST_SUITE_P(Shipped, HandlerFailures,
                         testing::Values(Shipped{"echo", handlers::echo, {"wait", "try_read", "try_write", "write"}},
                                         Shipped{"discard", handlers::discard, {"wait", "try_read"}},
                                         Shipped{"chargen", handlers::chargen, {"try_read", "try_write", "write"}},
                                         Shipped{"daytime", handlers::daytime, all_of_a_short_answer},
                                         Shipped{"time", handlers::time, all_of_a_short_answer},
                                         Shipped{"whoami", handlers::whoami, all_of_a_short_answer},
                                         Shipped{"health", handlers::health, {"wait", "try_read", "try_write"}}),
                         [](const auto& shipped) { return shipped.param.name; });

}  // namespace
}  // namespace portico
