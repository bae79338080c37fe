#pragma once

#include "config/config.hpp"
#include "server/acceptor.hpp"
#include "server/workers.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <memory>
#include <set>
#include <vector>

namespace portico {

// A bound and listening TCP socket that accepts each client straight onto the context of the worker that will serve it:
// a Windows socket belongs to its completion port for life. Owned by a listener; the thread of `context` only.
class TcpAcceptor final : public Acceptor {
 public:
  // Binds and listens. Throws std::system_error.
  TcpAcceptor(asio::io_context& context, const asio::ip::tcp::endpoint& address, bool both_families,
              const EndpointConfig& config, Workers& workers);

  asio::awaitable<Accepted> accept() override;
  asio::awaitable<void> pause(std::chrono::milliseconds duration) override;
  std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  void close() override;

  Address address() const;

 private:
  asio::ip::tcp::acceptor acceptor_;
  KeepaliveConfig keepalive_;
  Workers& workers_;
  std::set<asio::steady_timer*> pauses_;
};

// Binds and listens on everything that one entry of `listen` means: one socket, or one for each address of a name. An
// empty host is every address of both families, or of IPv4 alone where the host has no IPv6. Throws std::system_error.
std::vector<std::unique_ptr<TcpAcceptor>> open_acceptors(asio::io_context& context, const ListenAddress& address,
                                                         const EndpointConfig& config, Workers& workers);

}  // namespace portico
