#include "server/serve.hpp"

namespace portico {

asio::awaitable<void> serve(Connection& connection, const Endpoint& endpoint) {
  if (endpoint.tls) {
    const bool begun = co_await connection.open_tls();
    if (!begun) co_return;
  }
  connection.opened();                    // the first_byte deadline begins
  co_await endpoint.session(connection);  // the author's coroutine
  co_await connection.finish();           // half-close, wait briefly for the peer, close
}

}  // namespace portico
