#include "server/net/listening_socket.hpp"

#include "server/net/socket_options.hpp"

#include <portico/address.hpp>
#include <portico/options/scalar_types.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/local/stream_protocol.hpp>

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace portico {

namespace {

using asio::ip::tcp;

void throw_if(const std::error_code& error, const std::string& operation) {
  if (error) throw std::system_error(error, operation);
}

// Called with the socket of each address once it is bound.
using OnBound = std::function<void(StreamAcceptor&)>;

std::vector<tcp::endpoint> resolve_name(const ListenAddress& address) {
  std::error_code error;
  const auto number = asio::ip::make_address(address.host, error);
  if (!error) return {{number, address.port}};
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto results = resolver.resolve(address.host, std::to_string(address.port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
  throw_if(error, "resolve");
  std::vector<tcp::endpoint> endpoints;
  for (const auto& result : results) endpoints.push_back(result.endpoint());
  return endpoints;
}

bool lacks_ipv6(const std::error_code& error) {
  return error == asio::error::address_family_not_supported || is_address_not_available(error);
}

// Opens a socket of any family, not yet bound.
StreamAcceptor open_socket(asio::io_context& context, const asio::generic::stream_protocol& protocol) {
  StreamAcceptor socket(context);
  std::error_code error;
  socket.open(protocol, error);
  throw_if(error, "socket");
  set_close_on_exec(socket.native_handle());
  return socket;
}

void listen(StreamAcceptor& socket, const EndpointConfig& config) {
  std::error_code error;
  socket.listen(config.accept.backlog, error);
  throw_if(error, "listen");
}

ListeningSocket open_tcp(asio::io_context& context, const tcp::endpoint& address, bool both_families,
                         const OnBound& on_bound) {
  const auto where = Address(address).to_string();  // a name can have several addresses
  auto socket = open_socket(context, address.protocol());
  std::error_code error;
  set_exclusive_bind(socket, error);
  throw_if(error, "set exclusive bind");
  if (address.address().is_v6()) {
    // Always set, since the default differs between systems and hosts.
    socket.set_option(asio::ip::v6_only(!both_families), error);
    throw_if(error, "IPV6_V6ONLY");
  }
  socket.bind(address, error);
  throw_if(error, "bind to " + where);
  on_bound(socket);
  return {std::move(socket), nullptr};
}

// Returns false if IPv6 is turned off: then not even its loopback address is there.
bool host_has_ipv6(asio::io_context& context) {
  tcp::acceptor socket(context);
  std::error_code error;
  socket.open(tcp::v6(), error);
  if (!error) socket.bind({asio::ip::address_v6::loopback(), 0}, error);
  return !lacks_ipv6(error);
}

OpenedSockets open_tcp(asio::io_context& context, const ListenAddress& address, const OnBound& on_bound) {
  if (!address.host.empty()) {
    return open_addresses(
        resolve_name(address),
        [&](const tcp::endpoint& endpoint) { return open_tcp(context, endpoint, /*both_families=*/false, on_bound); },
        [&] { return host_has_ipv6(context); });
  }
  OpenedSockets opened;
  try {
    opened.sockets.push_back(open_tcp(context, {tcp::v6(), address.port}, /*both_families=*/true, on_bound));
  } catch (const std::system_error& error) {
    if (!lacks_ipv6(error.code())) throw;
    opened.sockets.push_back(open_tcp(context, {tcp::v4(), address.port}, /*both_families=*/false, on_bound));
  }
  return opened;
}

StreamAcceptor open_unix_socket(asio::io_context& context) {
  try {
    return open_socket(context, asio::local::stream_protocol());
  } catch (const std::system_error& error) {
    if (error.code() != asio::error::address_family_not_supported) throw;
    throw std::runtime_error("this system has no Unix sockets");
  }
}

ListeningSocket open_unix(asio::io_context& context, const ListenAddress& address, const EndpointConfig& config) {
  auto socket = open_unix_socket(context);
  std::error_code error;
  if (address.is_abstract()) {
    if (!has_abstract_names) throw std::runtime_error("this system has no abstract names; use a path");
    socket.bind(unix_endpoint(address), error);
    throw_if(error, "bind");
    listen(socket, config);
    return {std::move(socket), nullptr};
  }
  // Before there is a file: another server that starts meanwhile would find one on which no server listens.
  const auto access = resolve_access(config.unix_socket);
  const auto path = detail::path_from_utf8(address.path);
  if (!can_rename_sockets) remove_stale_file(unix_endpoint(address));
  const TemporaryName temporary(path);
  socket.bind(temporary.address, error);
  throw_if(error, "bind");
  auto file = std::make_unique<UnixSocketFile>(temporary.path);
  set_access(temporary.path, access);
  listen(socket, config);
  if (can_rename_sockets) file->publish(path);
  return {std::move(socket), std::move(file)};
}

OpenedSockets adopt_inherited(asio::io_context& context, const ListenAddress& address, InheritedSockets& inherited,
                              const std::string& owner) {
  OpenedSockets taken;
  for (const auto& [descriptor, local] : inherited.claim(address, owner)) {
    StreamAcceptor socket(context);
    std::error_code error;
    socket.assign(local.protocol(), descriptor, error);
    throw_if(error, "assign");
    taken.sockets.push_back({std::move(socket), nullptr, /*inherited=*/true});
  }
  return taken;
}

}  // namespace

std::string_view listen_hint(const ListenAddress& address, const std::error_code& error) {
  if (error != asio::error::access_denied || address.is_unix() || address.is_inherited()) return {};
#ifdef _WIN32
  return "Windows may have reserved the port, or another program has it for itself: see netsh interface ipv4 show "
         "excludedportrange protocol=tcp";
#else
  return address.port < 1024 ? "ports below 1024 need a privilege; the command doctor says which" : "";
#endif
}

asio::local::stream_protocol::endpoint unix_endpoint(const SocketAddress& address) {
  std::string path = address.path;
  if (address.is_abstract()) path.front() = '\0';  // unix(7)
  return {path};
}

Address ListeningSocket::address() const {
  if (file) return Address::unix_socket(detail::path_to_utf8(file->path()));
  return Address(socket.local_endpoint());
}

std::vector<tcp::endpoint> resolve_addresses(const ListenAddress& address) {
  if (address.host.empty()) return {{tcp::v6(), address.port}};
  return resolve_name(address);
}

OpenedSockets bind_sockets(asio::io_context& context, const ListenAddress& address) {
  return open_tcp(context, address, [](StreamAcceptor&) {});
}

OpenedSockets open_addresses(const std::vector<tcp::endpoint>& addresses,
                             const std::function<ListeningSocket(const tcp::endpoint&)>& open,
                             const std::function<bool()>& has_ipv6) {
  OpenedSockets opened;
  std::optional<std::system_error> first_error;
  std::set<tcp::endpoint> seen;
  for (const auto& address : addresses) {
    if (!seen.insert(address).second) continue;
    try {
      opened.sockets.push_back(open(address));
    } catch (const std::system_error& error) {
      if (!address.address().is_v6() || !lacks_ipv6(error.code()) || has_ipv6()) throw;
      opened.warnings.push_back(Address(address).to_string() + " is passed over: this host has no IPv6");
      if (!first_error) first_error = error;
    }
  }
  if (opened.sockets.empty() && first_error) throw std::system_error(*first_error);
  return opened;
}

OpenedSockets open_listening_sockets(asio::io_context& context, const ListenAddress& address,
                                     const EndpointConfig& config, InheritedSockets& inherited,
                                     const std::string& owner) {
  if (address.is_inherited()) return adopt_inherited(context, address, inherited, owner);
  if (!address.is_unix())
    return open_tcp(context, address, [&config](StreamAcceptor& socket) { listen(socket, config); });
  OpenedSockets opened;
  opened.sockets.push_back(open_unix(context, address, config));
  return opened;
}

}  // namespace portico
