#pragma once

#include "server/accept/acceptor.hpp"
#include "server/net/listening_socket.hpp"
#include "server/workers/workers.hpp"

#include <asio/steady_timer.hpp>

#include <set>

namespace portico {

// A listening socket that accepts each client directly onto the context of the worker that will serve it, since a
// Windows socket belongs to one completion port for life. Owned by a listener; the thread of the socket's context only.
class SocketAcceptor final : public Acceptor {
 public:
  // Throws std::system_error.
  SocketAcceptor(ListeningSocket listening, const KeepaliveConfig& keepalive, Workers& workers);

  asio::awaitable<Accepted> accept() override;
  bool is_shared() const override { return listening_.inherited; }
  asio::awaitable<std::error_code> wait_for_client() override;
  Accepted try_accept() override;
  asio::awaitable<void> sleep(std::chrono::milliseconds duration) override;
  bool has_left(Accepted& client) override;
  std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  void close() override;

  const Address& address() const { return address_; }

 private:
  Accepted prepare();
  void complete(Accepted& accepted, const asio::generic::stream_protocol::endpoint& peer);

  ListeningSocket listening_;
  Address address_;
  KeepaliveConfig keepalive_;
  Workers& workers_;
  std::set<asio::steady_timer*> sleep_timers_;
};

}  // namespace portico
