#pragma once

#include <asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace portico {

// Receives stop requests: on POSIX SIGINT and SIGTERM, except one that was ignored when the process started, as by
// `nohup` or for a script's background job; on Windows Ctrl-C, Ctrl-Break and the console's close, logoff
// and shutdown events (a Windows container is stopped by these). Owned by run_server(); one per process. Until
// finished() is called, main.run() does not return for lack of work.
class StopSignal {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // Calls `on_stop` on the thread that runs `main`: with 1 for the first request (stop gracefully), 2 for the second
  // (stop immediately), and so on. Those that come within half a second after the first are not counted (StopRequests).
  StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop,
             Clock clock = std::chrono::steady_clock::now);
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
