#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"

#include <portico/connection.hpp>

namespace portico {

// Makes what a trusted proxy says the connection's own: peer() becomes the announced client, and the rest annotations.
// `local()` stays our own end, which the log needs to tell listeners apart. Without announced addresses (LOCAL,
// UNKNOWN, a Unix socket) the peer stays the proxy.
void take_over(Connection& connection, const ProxyHeader& header);

}  // namespace portico
