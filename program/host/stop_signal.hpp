#pragma once

#include <asio/io_context.hpp>

#include <functional>
#include <memory>

namespace portico {

// Hears that the process shall end: SIGINT and SIGTERM on POSIX; Ctrl-C, Ctrl-Break and the console's close, logoff and
// shutdown events (which is how a Windows container is stopped) on Windows. Owned by run(); one for the process.
// Until done(), main.run() does not return for want of work.
class StopSignal {
 public:
  // `on_stop` is called on the thread that runs `main`: with 1 for the first signal ("end in order"), 2 for the second
  // ("end now"), and so on.
  StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop);
  ~StopSignal();  // done(), if it was not called

  // The server has ended. To be called on the thread of `main`; on_stop is not called any more. On Windows a held
  // close, logoff or shutdown event is let go: the process then has two seconds to end by itself before the system ends
  // it, with an exit status that is not ours.
  void done();

  struct State;  // the platform's part

 private:
  std::shared_ptr<State> state_;
};

}  // namespace portico
