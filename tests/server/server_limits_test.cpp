// The whole server over real sockets on loopback, with more clients than its limits allow.

#include "server/server.hpp"
#include "tests/support/running_server.hpp"

#include <portico/frames.hpp>

#include <asio/read.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace portico {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

class ServerLimitsTest : public test::RunningServer {};

// Runs many clients, each of which does one round trip and disconnects, but not before the server is full.
template <class Full>
void ask_from_many(test::RunningServer& server, int clients, std::atomic<int>& served, Full full) {
  asio::io_context context;
  std::vector<tcp::socket> sockets;
  std::vector<char> answers(static_cast<std::size_t>(clients));
  for (int i = 0; i < clients; ++i) {
    auto& socket = sockets.emplace_back(context);
    socket.connect(server.where("echo"));
    asio::write(socket, asio::buffer("x", 1));
  }
  server.wait_for(full);
  for (std::size_t i = 0; i < sockets.size(); ++i)
    sockets[i].async_read_some(asio::buffer(&answers[i], 1), [&, i](const std::error_code& error, std::size_t) {
      if (!error && answers[i] == 'x') ++served;
      sockets[i].close();
    });
  context.run();
}

TEST_F(ServerLimitsTest, ConnectionLimitIsExactAndAllClientsAreServed) {
  constexpr int limit = 100;
  std::atomic<int> sessions = 0, most = 0;
  handlers.add("counted", "Counts its sessions.", [&](Connection& connection) {
    struct Counted {
      static asio::awaitable<void> serve(Connection& client, std::atomic<int>& now, std::atomic<int>& peak) {
        const int count = ++now;
        for (int seen = peak; seen < count && !peak.compare_exchange_weak(seen, count);) {
        }
        for (auto bytes = co_await client.read(); !bytes.empty(); bytes = co_await client.read())
          co_await client.write(bytes);
        --now;
      }
    };
    return Counted::serve(connection, sessions, most);
  });
  auto config = one_endpoint("counted", /*workers=*/2);
  config.endpoints[0].limits.connections = limit;
  start(config);

  std::atomic<int> served = 0;
  const auto full = [&] { return most >= limit; };
  std::thread half([&] { ask_from_many(*this, 250, served, full); });
  ask_from_many(*this, 250, served, full);
  half.join();
  EXPECT_EQ(served, 500);
  EXPECT_EQ(most, limit);
  stop(8s);
  EXPECT_TRUE(observer.refusals().empty());
  EXPECT_EQ(observer.ends().size(), 500U);
}

// As much as is read of a refused client for which the worker has no time to wait.
constexpr std::size_t max_discarded = 16 * 1024;

TEST_F(ServerLimitsTest, RefusedClientThatHasSentSomethingReadsAnEnd) {
  std::promise<void> entered, all_sent;
  handlers.add("busy", "Keeps its worker busy.", [&](Connection& connection) -> asio::awaitable<void> {
    entered.set_value();
    all_sent.get_future().wait();
    co_await connection.read();
  });
  auto config = one_endpoint("busy", 1);
  config.endpoints[0].limits.connections = 1;
  config.endpoints[0].on_full = "close";
  config.endpoints[0].timeouts.linger = 0s;  // of clients that are served
  start(config);
  auto first = connect("echo");
  entered.get_future().wait();
  std::vector<tcp::socket> refused;
  for (int i = 0; i < 300; ++i) {  // more than are served at a time
    refused.push_back(connect("echo"));
    asio::write(refused.back(), asio::buffer(std::string(max_discarded, 'x')));
  }
#ifndef _WIN32  // Wine loses a reset that arrives while no read waits
  auto talkative = connect("echo");
  asio::write(talkative, asio::buffer(std::string(2 * max_discarded, 'x')));
#endif
  all_sent.set_value();
#ifndef _WIN32
  char unused;
  std::error_code reset;
  talkative.read_some(asio::buffer(&unused, 1), reset);
  EXPECT_EQ(reset, asio::error::connection_reset) << "what is discarded is bounded";
#endif
  for (auto& client : refused) {
    char byte;
    std::error_code error;
    EXPECT_EQ(client.read_some(asio::buffer(&byte, 1), error), 0U);
    EXPECT_EQ(error, asio::error::eof);
  }
#ifdef _WIN32
  EXPECT_EQ(observer.refusals().size(), 300U);
#else
  EXPECT_EQ(observer.refusals().size(), 301U) << "with the talkative one";
#endif
}

TEST_F(ServerLimitsTest, StopEndsTheWaitForASlot) {
  auto config = one_endpoint("echo", 1);
  config.endpoints[0].limits.connections = 1;
  start(config);
  auto first = connect("echo");
  EXPECT_EQ(send_and_receive(first, "x"), "x");
  auto second = connect("echo");
  wait_for([&] { return !observer.causes().empty(); });
  EXPECT_EQ(observer.causes(), std::vector<std::string>{"endpoint_full"});
  first.close();
  EXPECT_EQ(send_and_receive(second, "y"), "y") << "it gets the slot of the first";
  auto third = connect("echo");
  std::thread leaving([&] {
    char byte;
    std::error_code error;
    second.read_some(asio::buffer(&byte, 1), error);
    second.close();
  });
  EXPECT_FALSE(stop(8s).hung);
  leaving.join();
  EXPECT_EQ(observer.ends().size(), 2U);
}

TEST_F(ServerLimitsTest, ClientThatWaitsForASlotIsReportedAtTheStop) {
  auto config = one_endpoint("echo", 1);
  config.endpoints[0].limits.connections = 1;
  start(config);
  auto first = connect("echo");
  EXPECT_EQ(send_and_receive(first, "x"), "x");
  auto second = connect("echo");
  wait_for([&] { return !observer.causes().empty(); });
  std::thread leaving([&] {
    char byte;
    std::error_code error;
    first.read_some(asio::buffer(&byte, 1), error);
    first.close();
  });
  EXPECT_FALSE(stop(8s).hung);
  leaving.join();
  ASSERT_EQ(observer.refusals().size(), 1U);
  EXPECT_EQ(to_string(observer.refusals()[0].reason), "stopping");
  EXPECT_EQ(observer.refusals()[0].peer, Address(second.local_endpoint()).to_string());
}

TEST_F(ServerLimitsTest, StopEndsTheWaitForTheRate) {
  auto config = one_endpoint("echo", 1);
  config.endpoints[0].accept.rate = Rate{1, 1h};
  start(config);
  auto first = connect("echo");
  EXPECT_EQ(send_and_receive(first, "x"), "x");
  auto second = connect("echo");
  wait_for([&] { return !observer.causes().empty(); });
  first.close();
  EXPECT_FALSE(stop(8s).hung);
  ASSERT_EQ(observer.refusals().size(), 1U);
  EXPECT_EQ(to_string(observer.refusals()[0].reason), "stopping");
}

TEST_F(ServerLimitsTest, SnapshotListsConnectionsAndOneCanBeAborted) {
  handlers.add("named", "Annotates a name.", [](Connection& connection) -> asio::awaitable<void> {
    Lines lines(connection, 100);
    while (const auto line = co_await lines.next()) {
      connection.annotate("name", std::string(*line));
      co_await connection.write("ok\n");
    }
  });
  start(one_endpoint("named", 2));
  auto ada = connect("echo");
  auto bob = connect("echo");
  const std::string ok = "ok\n";
  for (auto* client : {&ada, &bob}) {
    asio::write(*client, asio::buffer(client == &ada ? "ada\n" : "bob\n", 4));
    std::string answer(3, '\0');
    asio::read(*client, asio::buffer(answer));
    EXPECT_EQ(answer, ok);
  }
  const auto all = snapshot();
  ASSERT_EQ(all.size(), 2U);
  const auto& seen = all[0].annotations.at(0).second == "ada" ? all[0] : all[1];
  EXPECT_EQ(seen.endpoint, "echo");
  EXPECT_EQ(seen.handler, "named");
  EXPECT_EQ(seen.peer, Address(ada.local_endpoint()));
  EXPECT_EQ(seen.bytes_in, 4U);
  EXPECT_EQ(seen.bytes_out, 3U);
  EXPECT_EQ(to_string(seen.phase), "waiting");
  EXPECT_LT(seen.age, 60s);

  char byte;
  std::error_code error;
  // Reads before the abort: Wine loses a reset that arrives while no read waits.
  ada.async_read_some(asio::buffer(&byte, 1), [&error](const std::error_code& read, std::size_t) { error = read; });
  EXPECT_TRUE(abort(seen.id));
  clients.run();
  EXPECT_EQ(error, asio::error::connection_reset);
  EXPECT_FALSE(abort(seen.id)) << "already closed";
  ASSERT_EQ(observer.ends().size(), 1U);
  EXPECT_EQ(observer.ends()[0].reason, EndReason::killed);
  EXPECT_EQ(snapshot().size(), 1U);
}

}  // namespace
}  // namespace portico
