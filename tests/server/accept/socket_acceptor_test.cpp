// Clients of a listening socket that leave before they are admitted.

#include "server/accept/socket_acceptor.hpp"

#include "tests/support/recording_observer.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace portico {
namespace {

using asio::ip::tcp;

class SocketAcceptorTest : public testing::Test {
 protected:
  static ListeningSocket listen(asio::io_context& context) {
    InheritedSockets none;
    auto opened = open_listening_sockets(context, {{"127.0.0.1", 0, {}}, {}, {}}, EndpointConfig{}, none);
    return std::move(opened.sockets.front());
  }

  // Connects the client and accepts it.
  Accepted accept() {
    client.connect({asio::ip::address_v4::loopback(), acceptor.address().port()});
    Accepted result;
    asio::co_spawn(
        worker.context(), [&]() -> asio::awaitable<void> { result = co_await acceptor.accept(); }, asio::detached);
    while (!result.worker) worker.context().run_one_for(std::chrono::seconds(1));
    EXPECT_FALSE(result.error);
    return result;
  }

  test::RecordingObserver observer;
  Workers workers{1, observer};
  Worker& worker = workers.next();
  SocketAcceptor acceptor{listen(worker.context()), {}, workers};
  tcp::socket client{worker.context()};
};

#ifndef _WIN32  // Wine loses a reset that arrives while no read waits
TEST_F(SocketAcceptorTest, ClientThatResetsHasLeft) {
  auto accepted = accept();
  EXPECT_FALSE(acceptor.has_left(accepted));
  client.set_option(asio::socket_base::linger(true, 0));
  client.close();
  bool has_left = false;  // the reset is on its way; the system reports it once
  for (int i = 0; i < 1000 && !has_left; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    has_left = acceptor.has_left(accepted);
  }
  EXPECT_TRUE(has_left);
}
#endif

TEST_F(SocketAcceptorTest, ClientThatOnlyEndsItsInputHasNotLeft) {
  auto accepted = accept();
  client.shutdown(tcp::socket::shutdown_send);
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(acceptor.has_left(accepted));
}

TEST_F(SocketAcceptorTest, SocketThatCannotBeAskedWithoutBlockingHasNotLeft) {
  auto accepted = accept();
  accepted.socket->close();
  EXPECT_FALSE(acceptor.has_left(accepted));
}

}  // namespace
}  // namespace portico
