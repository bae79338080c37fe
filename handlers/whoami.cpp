#include "handlers/handlers.hpp"

#include <portico/json_text.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>

namespace portico::handlers {

namespace {

std::string tls_text(const std::optional<TlsInfo>& tls) {
  if (!tls) return "null";
  return fmt::format(
      "{{\"version\":{},\"cipher\":{},\"server_name\":{},\"alpn\":{},\"client_subject\":{},\"resumed\":{}}}",
      json_text(tls->version), json_text(tls->cipher), json_text(tls->server_name), json_text(tls->alpn),
      json_text(tls->client_subject), tls->resumed);
}

}  // namespace

asio::awaitable<void> whoami(Connection& connection) {
  const std::string line =
      fmt::format("{{\"id\":{},\"peer\":{},\"local\":{},\"endpoint\":{},\"tls\":{}}}\n", connection.id(),
                  json_text(connection.peer().to_string()), json_text(connection.local().to_string()),
                  json_text(connection.endpoint()), tls_text(connection.tls()));
  co_await connection.write(line);
}

}  // namespace portico::handlers
