#include "program/host/stop_signal.hpp"

#include <asio/signal_set.hpp>

#include <csignal>
#include <utility>

namespace portico {

struct StopSignal::State : std::enable_shared_from_this<State> {
  State(asio::io_context& main, std::function<void(int)> callback)
      : signals(main, SIGINT, SIGTERM), on_stop(std::move(callback)) {}

  void wait() {
    signals.async_wait([state = shared_from_this()](const std::error_code& error, int) {
      if (error || !state->on_stop) return;
      // First, so that what on_stop does (done(), for one) finds a wait to cancel.
      state->wait();
      // A copy: done() clears the member while it runs.
      const auto call = state->on_stop;
      call(++state->count);
    });
  }

  asio::signal_set signals;
  std::function<void(int)> on_stop;
  int count = 0;
};

StopSignal::StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop)
    : state_(std::make_shared<State>(main, std::move(on_stop))) {
  // A write to a client that has gone is an error code, not the end of the process. Asio asks for that on sockets;
  // this is for everything else, the log's pipe first.
  std::signal(SIGPIPE, SIG_IGN);
  state_->wait();
}

StopSignal::~StopSignal() { done(); }

void StopSignal::done() {
  state_->on_stop = nullptr;
  state_->signals.cancel();
}

}  // namespace portico
