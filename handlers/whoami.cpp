#include "handlers/handlers.hpp"

#include <portico/json_text.hpp>

#include <fmt/format.h>

namespace portico::handlers {

asio::awaitable<void> whoami(Connection& connection) {
  const std::string line = fmt::format("{{\"id\":{},\"peer\":{},\"local\":{},\"endpoint\":{}}}\n", connection.id(),
                                       json_text(connection.peer().to_string()),
                                       json_text(connection.local().to_string()), json_text(connection.endpoint()));
  co_await connection.write(line);
}

}  // namespace portico::handlers
