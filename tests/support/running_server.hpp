#pragma once

#include "server/server.hpp"
#include "tests/support/recording_observer.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace portico::test {

// The whole server in this process, with clients, over real sockets on loopback.
class RunningServer : public testing::Test {
 public:
  RunningServer() { handlers.add("echo", "Sends back what it receives.", echo); }
  ~RunningServer() override { stop(std::chrono::seconds(8)); }

  static asio::awaitable<void> echo(Connection& connection) {
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
      co_await connection.write(bytes);
  }

  // Returns an endpoint that listens on `port`; 0: on one that the system chooses.
  static EndpointConfig endpoint(std::string name, std::uint16_t port = 0) {
    EndpointConfig config;
    config.name = std::move(name);
    config.listen = {{{"127.0.0.1", port, {}}}};
    config.handler = "echo";
    return config;
  }

  // Returns a configuration with one endpoint, which is called "echo" whatever its handler is.
  static Config one_endpoint(std::string handler, int workers) {
    Config config;
    config.workers = workers;
    config.endpoints = {endpoint("echo")};
    config.endpoints[0].handler = std::move(handler);
    return config;
  }

  void start(const Config& config) {
    server.start(config, handlers);
    control_thread = std::thread([this] { control.run(); });
  }

  Server::StopResult stop(std::chrono::milliseconds drain) {
    if (!control_thread.joinable()) return {};
    std::promise<Server::StopResult> stopped;
    asio::post(control, [&] {
      server.stop({{}, drain}, [&](Server::StopResult result) {
        stopped.set_value(result);
        control.stop();
      });
    });
    control_thread.join();
    return stopped.get_future().get();
  }

  asio::ip::tcp::endpoint where(std::string_view name) const {
    const auto address = server.addresses(name).at(0);
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    return {asio::ip::address_v4::loopback(), port};
  }

  asio::ip::tcp::socket connect(std::string_view name) {
    asio::ip::tcp::socket socket(clients);
    socket.connect(where(name));
    return socket;
  }

  static std::string send_and_receive(asio::ip::tcp::socket& socket, std::string_view text) {
    asio::write(socket, asio::buffer(text));
    std::string answer(text.size(), '\0');
    asio::read(socket, asio::buffer(answer));
    return answer;
  }

  std::vector<ConnectionSnapshot> snapshot() {
    std::promise<std::vector<ConnectionSnapshot>> result;
    asio::post(control, [&] { server.snapshot([&](auto all) { result.set_value(std::move(all)); }); });
    return result.get_future().get();
  }

  bool abort(std::uint64_t id) {
    std::promise<bool> result;
    asio::post(control, [&] { server.abort(id, [&](bool found) { result.set_value(found); }); });
    return result.get_future().get();
  }

  // Polls for an effect of another thread that sends no notification.
  template <typename Condition>
  static void wait_for(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "not within a minute";
      std::this_thread::yield();
    }
  }

  Registry handlers;
  RecordingObserver observer;
  asio::io_context clients;
  asio::io_context control{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{control.get_executor()};
  Server server{control, observer};
  std::thread control_thread;
};

}  // namespace portico::test
