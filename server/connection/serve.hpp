#pragma once

#include "server/endpoint/endpoint.hpp"

#include <portico/connection.hpp>

#include <asio/awaitable.hpp>

namespace portico {

// The whole life of one connection, in order. Runs on the connection's worker. Its exceptions are the reasons of ends
// that were not orderly; see classify_end().
asio::awaitable<void> serve(Connection& connection, const Endpoint& endpoint);

}  // namespace portico
