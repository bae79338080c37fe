#pragma once

#include <asio/io_context.hpp>

#include <functional>
#include <memory>

namespace portico {

// Receives the request to read files again: SIGHUP on POSIX, as is usual for daemons (daemon(7)), unless it was ignored
// when the process started (`nohup`). Windows has no equivalent. Owned by run_server(); one per process.
class ReloadSignal {
 public:
  // Calls `on_reload` on the thread that runs `main`, for every request.
  ReloadSignal(asio::io_context& main, std::function<void()> on_reload);
  ~ReloadSignal();

  struct State;  // platform-specific

 private:
  std::shared_ptr<State> state_;
};

}  // namespace portico
