#pragma once

#include "server/connection/server_connection.hpp"
#include "server/endpoint/endpoint.hpp"

#include <asio/awaitable.hpp>

namespace portico {

// Reads the PROXY header that the endpoint expects, and nothing after it. Then peer() is the client that the header
// names, annotations hold the rest of it, and `limits.per_address` counts that client.
// Returns the endpoint that serves the connection: this one, or its farewell if the client is over that limit; null if
// there is nothing to serve (no farewell, or a health probe that sent nothing) and the connection ends in order.
// Throws ConnectionError (proxy_header_invalid) if the header is missing, malformed, or from an untrusted peer; and
// what Connection::fill() throws.
asio::awaitable<const Endpoint*> read_proxy_header(ServerConnection& connection, const Endpoint& endpoint);

}  // namespace portico
