#include "server/serve.hpp"

#include "server/read_proxy_header.hpp"

namespace portico {

asio::awaitable<void> serve(Connection& connection, const Endpoint& endpoint) {
  const Endpoint* served = &endpoint;
  if (endpoint.proxy) served = co_await read_proxy_header(connection, endpoint);
  if (!served) co_return;
  if (served->tls) {
    const bool begun = co_await connection.open_tls();
    if (!begun) co_return;
  }
  connection.opened();                   // the first_byte deadline begins
  co_await served->session(connection);  // the author's coroutine
  co_await connection.finish();          // half-close, wait briefly for the peer, close
}

}  // namespace portico
