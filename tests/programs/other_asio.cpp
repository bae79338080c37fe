// Asio code of another library, compiled as its manual says: with ASIO_STANDALONE and nothing more, and not optimized,
// so that the linker chooses one of the two compilations of everything that this shares with Portico.

#include <asio.hpp>

#include <chrono>

namespace {

asio::awaitable<void> wait_twice(int& waits) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (int i = 0; i < 2; ++i) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
    ++waits;
  }
}

}  // namespace

int count_waits_of_other_code() {
  int waits = 0;
  asio::io_context context;
  asio::co_spawn(context, wait_twice(waits), asio::detached);
  context.run();
  return waits;
}
