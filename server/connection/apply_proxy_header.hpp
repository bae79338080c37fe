#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"
#include "server/connection/server_connection.hpp"

namespace portico {

// Applies the header of a trusted proxy: peer() becomes the client it names, and the rest annotations. local() stays
// our own end, which the log needs to distinguish listeners. Without addresses (LOCAL, UNKNOWN, a Unix socket) the peer
// stays the proxy.
void apply_proxy_header(ServerConnection& connection, const ProxyHeader& header);

}  // namespace portico
