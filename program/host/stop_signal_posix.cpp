#include "program/host/ignored_signal.hpp"
#include "program/host/stop_requests.hpp"
#include "program/host/stop_signal.hpp"

#include <asio/signal_set.hpp>

#include <csignal>
#include <utility>

namespace portico {

struct StopSignal::State : std::enable_shared_from_this<State> {
  State(asio::io_context& main, std::function<void(int)> callback, Clock now)
      : signals(main), on_stop(std::move(callback)), clock(std::move(now)) {
    for (const int signal : {SIGINT, SIGTERM})
      if (!is_ignored(signal)) signals.add(signal);
  }

  void wait() {
    signals.async_wait([state = shared_from_this()](const std::error_code& error, int) {
      if (error || !state->on_stop) return;
      // Waits again first, so that on_stop has a wait to cancel if it calls finished().
      state->wait();
      // A copy: finished() clears the member while the function runs.
      const auto call = state->on_stop;
      if (const int nth = state->requests.add(state->clock()); nth != 0) call(nth);
    });
  }

  asio::signal_set signals;
  std::function<void(int)> on_stop;
  StopRequests requests;
  Clock clock;
};

StopSignal::StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop, Clock clock)
    : state_(std::make_shared<State>(main, std::move(on_stop), std::move(clock))) {
  state_->wait();
}

StopSignal::~StopSignal() { finished(); }

void StopSignal::finished() {
  state_->on_stop = nullptr;
  state_->signals.cancel();
}

}  // namespace portico
