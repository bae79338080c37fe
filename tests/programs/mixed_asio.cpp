// A program of a handler author with other Asio code in it (other_asio.cpp): `mixed_asio version` exits with 0 if both
// work.

#include <portico/portico.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>

int count_waits_of_other_code();

namespace {

asio::awaitable<void> wait_once(int& waits) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(std::chrono::milliseconds(1));
  co_await timer.async_wait(asio::use_awaitable);
  ++waits;
}

asio::awaitable<void> greet(portico::Connection& connection) { return connection.write("hello\n"); }

}  // namespace

int main(int argc, char** argv) {
  int waits = 0;
  asio::io_context context;
  asio::co_spawn(context, wait_once(waits), asio::detached);
  context.run();
  if (waits != 1 || count_waits_of_other_code() != 2) return 1;
  portico::Registry handlers;
  handlers.add("greet", "Says hello.", greet);
  return portico::run(argc, argv, handlers);  // so that all of Portico is linked
}
