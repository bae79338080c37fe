#pragma once

#include "server/connection/server_connection.hpp"
#include "server/endpoint/endpoint.hpp"

#include <asio/awaitable.hpp>

namespace portico {

// Serves one connection from its accept to its end, stage by stage; the coroutine that the server spawns for each
// client. Runs on the connection's worker. An exception means that the end was not orderly; see classify_end().
asio::awaitable<void> serve(ServerConnection& connection, const Endpoint& endpoint);

}  // namespace portico
