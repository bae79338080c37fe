#include "server/tcp_acceptor.hpp"

#include "server/socket_options.hpp"

#include <asio/ip/v6_only.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace portico {

namespace {

void throw_if(const std::error_code& error, const char* operation) {
  if (error) throw std::system_error(error, operation);
}

// Done once, at start, on the control thread: it may block.
std::vector<asio::ip::tcp::endpoint> resolve(const ListenAddress& address) {
  std::error_code error;
  const auto number = asio::ip::make_address(address.host, error);
  if (!error) return {{number, address.port}};
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  const auto results =
      resolver.resolve(address.host, std::to_string(address.port),
                       asio::ip::tcp::resolver::passive | asio::ip::tcp::resolver::numeric_service, error);
  throw_if(error, "resolve");
  std::vector<asio::ip::tcp::endpoint> endpoints;
  for (const auto& result : results) endpoints.push_back(result.endpoint());
  return endpoints;
}

bool no_ipv6(const std::error_code& error) {
  return error == asio::error::address_family_not_supported || error == std::errc::address_not_available;
}

}  // namespace

TcpAcceptor::TcpAcceptor(asio::io_context& context, const asio::ip::tcp::endpoint& address, bool both_families,
                         const EndpointConfig& config, Workers& workers)
    : acceptor_(context), keepalive_(config.keepalive), workers_(workers) {
  std::error_code error;
  acceptor_.open(address.protocol(), error);
  throw_if(error, "socket");
  keep_from_children(acceptor_.native_handle());
  claim_address(acceptor_, error);
  throw_if(error, "claim the address");
  if (address.address().is_v6()) {
    // Never left to the system's default, which differs between systems and hosts.
    acceptor_.set_option(asio::ip::v6_only(!both_families), error);
    throw_if(error, "IPV6_V6ONLY");
  }
  // A client that has gone before it was accepted is told to the loop, which goes on; otherwise Asio would retry by
  // itself and lose a wake-up on epoll.
  acceptor_.set_option(asio::socket_base::enable_connection_aborted(true), error);
  throw_if(error, "enable_connection_aborted");
  if (accepted_sockets_inherit_options) set_keepalive(acceptor_.native_handle(), keepalive_);
  acceptor_.bind(address, error);
  throw_if(error, "bind");
  acceptor_.listen(config.accept.backlog, error);
  throw_if(error, "listen");
}

asio::awaitable<Accepted> TcpAcceptor::accept() {
  Accepted accepted;
  accepted.worker = &workers_.next();
  accepted.socket.emplace(accepted.worker->context());
  asio::ip::tcp::endpoint peer;
  co_await acceptor_.async_accept(*accepted.socket, peer, asio::redirect_error(asio::use_awaitable, accepted.error));
  accepted.peer = Address(peer);
  if (!accepted.error && !accepted_sockets_inherit_options) set_keepalive(accepted.socket->native_handle(), keepalive_);
  co_return accepted;
}

asio::awaitable<void> TcpAcceptor::pause(std::chrono::milliseconds duration) {
  asio::steady_timer timer(acceptor_.get_executor(), duration);
  pauses_.insert(&timer);
  std::error_code ended_early;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended_early));
  pauses_.erase(&timer);
}

void TcpAcceptor::close() {
  std::error_code ignored;  // whatever it says, the loops end
  acceptor_.cancel(ignored);
  acceptor_.close(ignored);
  for (auto* timer : pauses_) timer->cancel();
}

Address TcpAcceptor::address() const { return Address(acceptor_.local_endpoint()); }

std::vector<std::unique_ptr<TcpAcceptor>> open_acceptors(asio::io_context& context, const ListenAddress& address,
                                                         const EndpointConfig& config, Workers& workers) {
  using asio::ip::tcp;
  std::vector<std::unique_ptr<TcpAcceptor>> opened;
  const auto open = [&](const tcp::endpoint& endpoint, bool both_families) {
    opened.push_back(std::make_unique<TcpAcceptor>(context, endpoint, both_families, config, workers));
  };
  if (!address.host.empty()) {
    for (const auto& endpoint : resolve(address)) open(endpoint, /*both_families=*/false);
    return opened;
  }
  try {
    open(tcp::endpoint(tcp::v6(), address.port), /*both_families=*/true);
  } catch (const std::system_error& error) {
    if (!no_ipv6(error.code())) throw;
    open(tcp::endpoint(tcp::v4(), address.port), /*both_families=*/false);
  }
  return opened;
}

}  // namespace portico
