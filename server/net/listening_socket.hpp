#pragma once

#include "config/settings/config.hpp"
#include "server/net/inherited_sockets.hpp"
#include "server/net/socket_types.hpp"
#include "server/net/unix_socket_file.hpp"

#include <portico/address.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace portico {

// A listening socket: TCP or Unix, opened here or inherited.
struct ListeningSocket {
  StreamAcceptor socket;
  std::unique_ptr<UnixSocketFile> file;  // of a Unix socket that was opened here; destroyed before the socket
  bool inherited = false;                // other processes may accept from it too, now or after this one

  // The address that clients use. A Unix socket keeps, for the system, the temporary name that it was bound to.
  Address address() const;
};

// Converts the address of a Unix socket, whose length the configuration has checked.
asio::local::stream_protocol::endpoint unix_endpoint(const SocketAddress& address);

// The sockets of one entry of `listen`, and a sentence for each address of its name that was passed over.
struct OpenedSockets {
  std::vector<ListeningSocket> sockets;
  std::vector<std::string> warnings;
};

// Opens the sockets of one entry: one for an address, one for each address of a host name, or all inherited ones of a
// name. An empty host is every address of both families, or of IPv4 alone if the host has no IPv6. `owner` names
// the entry in an error of a later one: "endpoint web (fd:3)". May block. Throws std::runtime_error (and so
// std::system_error).
OpenedSockets open_listening_sockets(asio::io_context& context, const ListenAddress& address,
                                     const EndpointConfig& config, InheritedSockets& inherited,
                                     const std::string& owner = "another entry of listen");

// Returns the addresses of one TCP entry; for an empty host, the IPv6 one that represents both families. May block.
// Throws std::system_error.
std::vector<asio::ip::tcp::endpoint> resolve_addresses(const ListenAddress& address);

// Does the same for a TCP address, but does not listen: no client can connect. Throws std::system_error.
OpenedSockets bind_sockets(asio::io_context& context, const ListenAddress& address);

// Returns what may be the cause of an error of open_listening_sockets(), and what to do; empty if the error says it.
std::string_view listen_hint(const ListenAddress& address, const std::error_code& error);

// Opens a socket for each address of a name, once if the hosts file lists it twice. If the host has no IPv6, IPv6
// addresses are passed over, unless no other one is left. Throws the error of the first address that cannot be opened.
OpenedSockets open_addresses(const std::vector<asio::ip::tcp::endpoint>& addresses,
                             const std::function<ListeningSocket(const asio::ip::tcp::endpoint&)>& open,
                             const std::function<bool()>& has_ipv6);

}  // namespace portico
