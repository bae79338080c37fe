#include "server/connection/serve.hpp"

#include "server/connection/read_proxy_header.hpp"

#include <exception>

namespace portico {

namespace {

// A coroutine of its own: variables of the earlier stages would take room in its frame for the connection's life.
asio::awaitable<void> serve_session(ServerConnection& connection, const Endpoint& endpoint) {
  connection.begin_session();             // the first_byte deadline begins
  co_await endpoint.session(connection);  // the author's coroutine
  co_await connection.finish();           // half-close, wait briefly for the peer, close
}

// The same for endpoints with TLS: the others need not remember an exception, nor these one frame more.
asio::awaitable<void> serve_tls_session(ServerConnection& connection, const Endpoint& endpoint) {
  connection.begin_session();
  std::exception_ptr thrown;
  try {
    co_await endpoint.session(connection);
    co_await connection.finish();
    co_return;
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await connection.finish_failed_tls();
  std::rethrow_exception(thrown);
}

asio::awaitable<void> serve_in_stages(ServerConnection& connection, const Endpoint& endpoint) {
  const Endpoint* served = &endpoint;
  if (endpoint.proxy) served = co_await read_proxy_header(connection, endpoint);
  if (!served) co_return;
  if (served->tls) {
    const bool begun = co_await connection.open_tls();
    if (!begun) co_return;
  }
  if (served->settings.tls)
    co_await serve_tls_session(connection, *served);
  else
    co_await serve_session(connection, *served);
}

}  // namespace

asio::awaitable<void> serve(ServerConnection& connection, const Endpoint& endpoint) {
  const bool in_stages = endpoint.proxy || endpoint.settings.tls;
  return in_stages ? serve_in_stages(connection, endpoint) : serve_session(connection, endpoint);
}

}  // namespace portico
