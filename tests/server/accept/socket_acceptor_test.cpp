// Clients of a listening socket that leave before they are admitted.

#include "server/accept/socket_acceptor.hpp"

#include "tests/support/recording_observer.hpp"

#include <asio/co_spawn.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <system_error>
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
        worker.context(), [&]() -> asio::awaitable<void> { result = co_await acceptor.accept(); },
        [](const std::exception_ptr& thrown) {
          if (thrown) std::rethrow_exception(thrown);
        });
    while (!result.worker) worker.context().run_one_for(std::chrono::seconds(1));
    EXPECT_FALSE(result.error);
    return result;
  }

  // Waits until the client's end or reset has come.
  static void wait_for_arrival(Accepted& accepted) {
    accepted.socket->non_blocking(false);  // otherwise the wait would not wait
    accepted.socket->wait(StreamSocket::wait_read);
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
  wait_for_arrival(accepted);
  EXPECT_TRUE(acceptor.has_left(accepted));
}
#endif

TEST_F(SocketAcceptorTest, ClientThatOnlyEndsItsInputHasNotLeft) {
  auto accepted = accept();
  client.shutdown(tcp::socket::shutdown_send);
  wait_for_arrival(accepted);
  EXPECT_FALSE(acceptor.has_left(accepted));
}

TEST_F(SocketAcceptorTest, SocketThatCannotBeAskedWithoutBlockingHasNotLeft) {
  auto accepted = accept();
  accepted.socket->close();
  EXPECT_FALSE(acceptor.has_left(accepted));
}

}  // namespace
}  // namespace portico
