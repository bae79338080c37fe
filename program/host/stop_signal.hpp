#pragma once

#include <asio/io_context.hpp>

#include <functional>
#include <memory>

namespace portico {

// Receives stop requests: SIGINT and SIGTERM on POSIX; on Windows Ctrl-C, Ctrl-Break and the console's close, logoff
// and shutdown events (a Windows container is stopped by these). Owned by run_server(); one per process. Until
// finished() is called, main.run() does not return for lack of work.
class StopSignal {
 public:
  // Calls `on_stop` on the thread that runs `main`: with 1 for the first request (stop gracefully), 2 for the second
  // (stop immediately), and so on.
  StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop);
  ~StopSignal();  // calls finished(), unless it has been called

  // Reports that the server has stopped; `on_stop` is not called any more. Call it on the thread of `main`. On Windows
  // it releases a close, logoff or shutdown event that is being held: the process then has two seconds to exit by
  // itself before the system ends it with an exit code of its own.
  void finished();

  struct State;  // platform-specific

 private:
  std::shared_ptr<State> state_;
};

}  // namespace portico
