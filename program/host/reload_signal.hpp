#pragma once

#include <asio/io_context.hpp>

#include <functional>
#include <memory>

namespace portico {

// Hears that files shall be read again: SIGHUP on POSIX, as daemons have it (daemon(7)); Windows has nothing like it.
// Owned by run(); one for the process.
class ReloadSignal {
 public:
  // `on_reload` is called on the thread that runs `main`, each time.
  ReloadSignal(asio::io_context& main, std::function<void()> on_reload);
  ~ReloadSignal();

  struct State;  // the platform's part

 private:
  std::shared_ptr<State> state_;
};

}  // namespace portico
