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
      // Waits again first, so that on_stop has a wait to cancel if it calls finished().
      state->wait();
      // A copy: finished() clears the member while the function runs.
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
  // A write to a broken pipe has to be an error code, not the end of the process. Asio takes care of sockets; this is
  // for everything else, first of all the log's pipe.
  std::signal(SIGPIPE, SIG_IGN);
  state_->wait();
}

StopSignal::~StopSignal() { finished(); }

void StopSignal::finished() {
  state_->on_stop = nullptr;
  state_->signals.cancel();
}

}  // namespace portico
