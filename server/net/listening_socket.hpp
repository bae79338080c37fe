#pragma once

#include "config/settings/config.hpp"
#include "server/net/inherited_sockets.hpp"
#include "server/net/socket_types.hpp"
#include "server/net/unix_socket_file.hpp"

#include <asio/io_context.hpp>

#include <memory>
#include <vector>

namespace portico {

// A socket that is bound and listens: TCP or Unix, opened here or inherited.
struct ListeningSocket {
  StreamAcceptor socket;
  std::unique_ptr<SocketFile> file;  // of a Unix socket that was opened here; goes before the socket
};

// Where a Unix socket is bound or connected to. `address` is one, and as long as the configuration allows.
asio::local::stream_protocol::endpoint unix_endpoint(const SocketAddress& address);

// Everything that one entry of `listen` means: one socket, one for each address of a name, or all inherited ones of a
// name. An empty host is every address of both families, or of IPv4 alone where the host has no IPv6. May block. Throws
// std::runtime_error, of which std::system_error is one.
std::vector<ListeningSocket> open_listening_sockets(asio::io_context& context, const ListenAddress& address,
                                                    const EndpointConfig& config, InheritedSockets& inherited);

}  // namespace portico
