#pragma once

#include "server/endpoint.hpp"

#include <portico/connection.hpp>

#include <asio/awaitable.hpp>

namespace portico {

// Before the session: reads the PROXY header that the endpoint expects, and nothing behind it. Then peer() is the
// client that it announces, and the annotations say what else it does; `limits.per_address` counts that client from
// here on. False: there is nobody to serve (a health probe that sent nothing, a client over that limit), and the
// connection was ended in order. Throws ConnectionError (proxy_header_invalid) for a mistake or a lie in it, and for
// one that is missing; and what Connection::fill() throws.
asio::awaitable<bool> read_proxy_header(Connection& connection, const Endpoint& endpoint);

}  // namespace portico
