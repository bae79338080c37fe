#pragma once

#include <asio/io_context.hpp>

#include <functional>
#include <memory>

namespace portico {

// Reports the state of this process to the service manager that started it, if one reads what is sent to NOTIFY_SOCKET
// (sd_notify(3)). Never blocks: a report for which the manager's queue has no room waits here, in order, and is sent
// again until it fits. Does nothing without a manager, and on Windows. Owned by run_server(); the thread that runs
// `main`.
class ServiceManager {
 public:
  explicit ServiceManager(asio::io_context& main);
  ~ServiceManager();

  void report_ready();      // READY=1
  void report_reloading();  // RELOADING=1 and MONOTONIC_USEC; report_ready() ends it
  void report_stopping();   // STOPPING=1; the other two do nothing from then on

  // If the manager wants to hear that the process works (WATCHDOG_USEC): calls `check` three times in that period, and
  // reports WATCHDOG=1 when `check` calls its argument, on the thread of `main`. As long as it does not, `check` is not
  // called again and the manager hears nothing.
  void watch(std::function<void(std::function<void()> is_alive)> check);

  struct State;  // platform-specific

 private:
  std::shared_ptr<State> state_;
};

}  // namespace portico
