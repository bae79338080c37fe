#include "handlers/handlers.hpp"

namespace portico::handlers {

asio::awaitable<void> echo(Connection& connection) {
  for (;;) {
    const std::string_view bytes = co_await connection.read();
    if (bytes.empty()) co_return;
    co_await connection.write(bytes);
  }
}

asio::awaitable<void> discard(Connection& connection) {
  for (;;) {
    const std::string_view bytes = co_await connection.read();
    if (bytes.empty()) co_return;
  }
}

}  // namespace portico::handlers
