#pragma once

#include "config/settings/config.hpp"
#include "server/net/inherited_sockets.hpp"
#include "server/net/socket_types.hpp"
#include "server/net/unix_socket_file.hpp"

#include <asio/io_context.hpp>

#include <memory>
#include <vector>

namespace portico {

// A listening socket: TCP or Unix, opened here or inherited.
struct ListeningSocket {
  StreamAcceptor socket;
  std::unique_ptr<UnixSocketFile> file;  // of a Unix socket that was opened here; destroyed before the socket
};

// Converts the address of a Unix socket, whose length the configuration has checked.
asio::local::stream_protocol::endpoint unix_endpoint(const SocketAddress& address);

// Opens the sockets of one entry of `listen`: one for an address, one for each address of a host name, or all inherited
// ones of a name. An empty host is every address of both families, or of IPv4 alone if the host has no IPv6. May block.
// Throws std::runtime_error (and so std::system_error).
std::vector<ListeningSocket> open_listening_sockets(asio::io_context& context, const ListenAddress& address,
                                                    const EndpointConfig& config, InheritedSockets& inherited);

}  // namespace portico
