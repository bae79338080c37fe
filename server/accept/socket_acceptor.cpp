#include "server/accept/socket_acceptor.hpp"

#include "server/net/socket_options.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

SocketAcceptor::SocketAcceptor(ListeningSocket listening, const KeepaliveConfig& keepalive, Workers& workers)
    : listening_(std::move(listening)), address_(listening_.address()), keepalive_(keepalive), workers_(workers) {
  // Reports a client that disconnected before it was accepted as an error, after which the loop continues. Otherwise
  // Asio would retry by itself and lose a wakeup on epoll.
  listening_.socket.set_option(asio::socket_base::enable_connection_aborted(true));
  if (accepted_sockets_inherit_options && !address_.is_unix())
    set_keepalive(listening_.socket.native_handle(), keepalive_);
}

asio::awaitable<Accepted> SocketAcceptor::accept() {
  Accepted accepted = prepare();
  asio::generic::stream_protocol::endpoint peer;
  co_await listening_.socket.async_accept(*accepted.socket, peer,
                                          asio::redirect_error(asio::use_awaitable, accepted.error));
  complete(accepted, peer);
  co_return accepted;
}

asio::awaitable<std::error_code> SocketAcceptor::wait_for_client() {
  std::error_code error;
  co_await listening_.socket.async_wait(StreamAcceptor::wait_read, asio::redirect_error(asio::use_awaitable, error));
  co_return error;
}

Accepted SocketAcceptor::try_accept() {
  Accepted accepted = prepare();
  asio::generic::stream_protocol::endpoint peer;
  if (!listening_.socket.non_blocking()) listening_.socket.non_blocking(true, accepted.error);
  if (!accepted.error) listening_.socket.accept(*accepted.socket, peer, accepted.error);
  complete(accepted, peer);
  return accepted;
}

Accepted SocketAcceptor::prepare() {
  Accepted accepted;
  accepted.worker = &workers_.next();
  accepted.socket.emplace(accepted.worker->context());
  return accepted;
}

void SocketAcceptor::complete(Accepted& accepted, const asio::generic::stream_protocol::endpoint& peer) {
  accepted.peer = Address(peer);
  if (listening_.file) accepted.local = address_;
  if (accepted.error) return;
  set_close_on_exec(accepted.socket->native_handle());  // now, since a client may wait long for its slot
  if (!accepted_sockets_inherit_options && !accepted.peer.is_unix())
    set_keepalive(accepted.socket->native_handle(), keepalive_);
}

asio::awaitable<void> SocketAcceptor::sleep(std::chrono::milliseconds duration) {
  asio::steady_timer timer(listening_.socket.get_executor(), duration);
  sleep_timers_.insert(&timer);
  std::error_code ended_early;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended_early));
  sleep_timers_.erase(&timer);
}

bool SocketAcceptor::has_left(Accepted& client) {
  char byte = 0;
  std::error_code error;
  client.socket->non_blocking(true, error);
  if (error) return false;  // the receive would block this thread
  client.socket->receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
  return error && error != asio::error::would_block && error != asio::error::eof;
}

void SocketAcceptor::close() {
  listening_.file.reset();  // before the socket, so that no client finds a file on which no server listens
  std::error_code ignored;  // the loops end either way
  listening_.socket.cancel(ignored);
  listening_.socket.close(ignored);
  for (auto* timer : sleep_timers_) timer->cancel();
}

}  // namespace portico
