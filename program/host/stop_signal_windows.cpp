#include "program/host/stop_signal_windows.hpp"

#include "program/host/stop_signal.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace portico {

// Not asio::signal_set: it sits on the C library's signal(), whose handler returns at once, and for close, logoff and
// shutdown the return is the moment at which the system ends the process.
struct StopSignal::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, std::function<void(int)> callback)
      : main(context), work(context.get_executor()), on_stop(std::move(callback)) {}

  void request_stop() {
    asio::post(main, [state = shared_from_this()] {
      // A copy: done() clears the member while it runs.
      if (const auto call = state->on_stop) call(++state->count);
    });
  }

  // Bounded, although the system ends the process much earlier: after 5 s, or what the registry says.
  void hold() {
    std::unique_lock lock(mutex);
    ended.wait_for(lock, std::chrono::minutes(10), [this] { return done; });
    lock.unlock();
    // Leave the process the time to end by itself, so that its exit status is the one that main returns.
    ::Sleep(2000);
  }

  asio::io_context& main;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::function<void(int)> on_stop;
  int count = 0;
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
};

namespace {

// The system calls a plain function and hands it nothing, so the way back to the StopSignal has to be static. Guarded,
// because an event may come while a StopSignal is made or destroyed.
std::mutex current_mutex;
std::shared_ptr<StopSignal::State> current;

}  // namespace

BOOL WINAPI on_console_event(DWORD event) {
  std::unique_lock lock(current_mutex);
  const auto state = current;
  lock.unlock();
  if (!state) return FALSE;
  state->request_stop();
  // Ctrl-C and Ctrl-Break leave it to the process when it ends; for the others, returning is the end.
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) state->hold();
  return TRUE;
}

StopSignal::StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop)
    : state_(std::make_shared<State>(main, std::move(on_stop))) {
  const std::lock_guard lock(current_mutex);
  current = state_;
  // Once, and never undone: SetConsoleCtrlHandler waits while a handler runs, so undoing it while an event is held
  // would make the process late for its own end.
  static const BOOL registered = ::SetConsoleCtrlHandler(on_console_event, TRUE);
  static_cast<void>(registered);
}

StopSignal::~StopSignal() {
  done();
  const std::lock_guard lock(current_mutex);
  current.reset();
}

void StopSignal::done() {
  state_->on_stop = nullptr;
  state_->work.reset();
  const std::lock_guard lock(state_->mutex);
  state_->done = true;
  state_->ended.notify_all();
}

}  // namespace portico
