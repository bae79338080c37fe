// The whole server in this process, over real sockets on loopback.

#include "server/server.hpp"

#include "tests/support/running_server.hpp"

#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

namespace portico {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

class ServerTest : public test::RunningServer {};

TEST_F(ServerTest, ServesClientsOfSeveralEndpointsOnSeveralWorkers) {
  Config config;
  config.workers = 2;
  config.endpoints = {endpoint("one"), endpoint("two")};
  start(config);
  for (int i = 0; i < 10; ++i) {
    auto first = connect("one");
    auto second = connect("two");
    EXPECT_EQ(send_and_receive(first, "hello"), "hello");
    EXPECT_EQ(send_and_receive(second, "world"), "world");
  }
}

TEST_F(ServerTest, HalfClosedClientGetsItsWholeAnswer) {
  Config config;
  config.workers = 1;
  config.endpoints = {endpoint("echo")};
  start(config);
  auto client = connect("echo");
  const std::string sent(3'000'000, 'x');
  std::thread sender([&] {
    asio::write(client, asio::buffer(sent));
    client.shutdown(tcp::socket::shutdown_send);
  });
  std::string received;
  std::error_code error;
  asio::read(client, asio::dynamic_buffer(received), error);
  sender.join();
  EXPECT_EQ(error, asio::error::eof);
  EXPECT_EQ(received.size(), sent.size());
  EXPECT_EQ(received, sent);
}

TEST_F(ServerTest, StopClosesIdleConnectionsInOrder) {
  Config config;
  config.workers = 2;
  config.endpoints = {endpoint("echo")};
  start(config);
  std::vector<tcp::socket> idle;
  for (int i = 0; i < 20; ++i) {
    idle.push_back(connect("echo"));
    EXPECT_EQ(send_and_receive(idle.back(), "x"), "x");
  }
  std::thread leaving([&idle] {
    for (auto& socket : idle) {
      char byte;
      std::error_code error;
      socket.read_some(asio::buffer(&byte, 1), error);
      EXPECT_EQ(error, asio::error::eof);
      socket.close();
    }
  });
  const auto result = stop(60s);
  leaving.join();
  EXPECT_EQ(result.killed, 0U);
  EXPECT_FALSE(result.hung);
  ASSERT_EQ(observer.ends().size(), 20U);
  for (const auto& end : observer.ends()) EXPECT_EQ(end.reason, EndReason::stopping);
}

// Serves "echo" to a client that stays when it reads the end of input, and "operators".
class ServerForOperatorsTest : public ServerTest {
 protected:
  void SetUp() override {
    handlers.add("stays", "Stays until the client goes.", [](Connection& connection) -> asio::awaitable<void> {
      co_await connection.write("x");
      while (true) {
        const auto bytes = co_await connection.read();
        if (bytes.empty()) break;
      }
      co_await connection.write("stopping");
      asio::steady_timer never(connection.get_executor(), std::chrono::steady_clock::time_point::max());
      connection.on_abort([&never] { never.cancel(); });
      co_await never.async_wait(asio::use_awaitable);
    });
    config.workers = 2;
    config.endpoints = {endpoint("clients"), endpoint("operators")};
    config.endpoints[0].handler = "stays";
    config.endpoints[1].serves_operators = true;
    start(config);
  }

  void begin_stop(std::chrono::milliseconds drain) {
    asio::post(control, [this, drain] {
      server.stop({{}, drain}, [this](Server::StopResult result) {
        stopped.set_value(result);
        control.stop();
      });
    });
  }

  Server::StopResult finish_stop() {
    control_thread.join();
    return stopped.get_future().get();
  }

  static std::string receive(tcp::socket& client, std::size_t count) {
    std::string text(count, '\0');
    asio::read(client, asio::buffer(text));
    return text;
  }

  Config config;
  std::promise<Server::StopResult> stopped;
};

TEST_F(ServerForOperatorsTest, AreServedUntilTheLastClientHasGone) {
  auto client = connect("clients");
  EXPECT_EQ(receive(client, 1), "x");
  auto early = connect("operators");
  EXPECT_EQ(send_and_receive(early, "a"), "a");
  begin_stop(60s);
  EXPECT_EQ(receive(client, 8), "stopping") << "its session has read the end of input";
  EXPECT_EQ(send_and_receive(early, "b"), "b") << "not an operator's";
  auto late = connect("operators");
  EXPECT_EQ(send_and_receive(late, "c"), "c");
  asio::post(control, [this] { server.kill(); });
  const auto result = finish_stop();
  EXPECT_FALSE(result.hung);
  EXPECT_EQ(result.killed, 3U) << "each is counted once";
}

TEST_F(ServerForOperatorsTest, AreStoppedInOrderAfterTheLastClient) {
  auto client = connect("operators");
  EXPECT_EQ(send_and_receive(client, "a"), "a");
  begin_stop(60s);
  char byte;
  std::error_code error;
  client.read_some(asio::buffer(&byte, 1), error);
  EXPECT_EQ(error, asio::error::eof);
  client.close();
  EXPECT_EQ(finish_stop().killed, 0U);
  EXPECT_EQ(observer.ends().at(0).reason, EndReason::stopping);
}

TEST_F(ServerTest, StopAbortsRemainingConnectionsAtTheDeadline) {
  handlers.add("half", "Waits for two bytes.", [](Connection& connection) -> asio::awaitable<void> {
    co_await connection.fill(1);
    co_await connection.write("x");
    co_await connection.fill(2);
  });
  Config config;
  config.workers = 1;
  config.endpoints = {endpoint("echo")};
  config.endpoints[0].handler = "half";
  start(config);
  auto unfinished = connect("echo");
  EXPECT_EQ(send_and_receive(unfinished, "x"), "x");
  const auto result = stop(0s);
  EXPECT_EQ(result.killed, 1U);
  ASSERT_EQ(observer.ends().size(), 1U);
  EXPECT_EQ(observer.ends()[0].reason, EndReason::killed);
}

TEST_F(ServerTest, AddressInUseFailsWithTheEndpointNameAndReleasesAllAddresses) {
  Config config;
  config.workers = 1;
  config.endpoints = {endpoint("echo")};
  start(config);
  const auto address = server.addresses("echo").at(0);
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));

  Server second(control, observer);
  Config taken;
  taken.workers = 1;
  taken.endpoints = {endpoint("free"), endpoint("taken", port)};
  try {
    second.start(taken, handlers);
    FAIL() << "it listens on an address in use";
  } catch (const StartError& error) {
    EXPECT_NE(std::string(error.what()).find("endpoint taken: cannot listen on " + address), std::string::npos)
        << error.what();
  }
  EXPECT_TRUE(second.addresses("free").empty());
}

struct RoomOptions {
  bool open = false;
  static constexpr auto describe() { return options(option("open", &RoomOptions::open, "Admit everybody.")); }
};

TEST_F(ServerTest, FactoryThatThrowsIsAStartFailureOfItsEndpoint) {
  handlers.add<RoomOptions>("rooms", "Never serves.",
                            [](const RoomOptions&) -> Session { throw std::runtime_error("no such room"); });
  Server other(control, observer);
  try {
    auto config = one_endpoint("rooms", 1);
    config.endpoints[0].options = HandlerOptions(std::make_shared<RoomOptions>());
    other.start(config, handlers);
    FAIL() << "it serves without a session";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "endpoint echo: the handler \"rooms\" cannot serve it: no such room");
  }
}

TEST_F(ServerTest, TwoOwnEntriesOnOneAddressAreNotTakenForAStrangersServer) {
  tcp::acceptor free(clients, {asio::ip::address_v4::loopback(), 0});
  const auto port = free.local_endpoint().port();
  free.close();
  Config config;
  config.endpoints = {endpoint("first", port), endpoint("second", port)};
  config.endpoints[1].listen[0].host = "localhost";
  try {
    server.start(config, handlers);
    FAIL() << "both listen on one address";
  } catch (const StartError& error) {
    const auto at = "127.0.0.1:" + std::to_string(port);
    EXPECT_EQ(std::string(error.what()), "endpoint second: cannot listen on localhost:" + std::to_string(port) + ": " +
                                             at + " is already used by endpoint first (" + at + ")");
  }
}

TEST_F(ServerTest, StartFailsIfTlsCannotBeSetUp) {
  const auto refused = [this](auto change) {
    Config config;
    config.endpoints = {endpoint("secure")};
    change(config.endpoints[0]);
    Server other(control, observer);
    EXPECT_THROW(other.start(config, handlers), StartError);
    EXPECT_TRUE(other.addresses("secure").empty());
  };
  refused([](EndpointConfig& entry) { entry.tls.emplace(); });
}

}  // namespace
}  // namespace portico
