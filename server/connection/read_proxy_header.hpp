#pragma once

#include "server/endpoint/endpoint.hpp"

#include <portico/connection.hpp>

#include <asio/awaitable.hpp>

namespace portico {

// Before the session: reads the PROXY header that the endpoint expects, and nothing behind it. Then peer() is the
// client that it announces, and the annotations say what else it does; `limits.per_address` counts that client from
// here on. Returns by what it is to be served: the endpoint, or its farewell if the client is over that limit. Null: by
// nothing (there is no farewell, or this was a health probe that sent nothing), and the connection has ended in order.
// Throws ConnectionError (proxy_header_invalid) if the header is missing, wrong, or from somebody who is not trusted;
// and what Connection::fill() throws.
asio::awaitable<const Endpoint*> read_proxy_header(Connection& connection, const Endpoint& endpoint);

}  // namespace portico
