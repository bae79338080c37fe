#include "server/serve.hpp"

#include "server/read_proxy_header.hpp"

namespace portico {

asio::awaitable<void> serve(Connection& connection, const Endpoint& endpoint) {
  if (endpoint.proxy) {
    const bool let_in = co_await read_proxy_header(connection, endpoint);
    if (!let_in) co_return;
  }
  connection.opened();                    // the first_byte deadline begins
  co_await endpoint.session(connection);  // the author's coroutine
  co_await connection.finish();           // half-close, wait briefly for the peer, close
}

}  // namespace portico
