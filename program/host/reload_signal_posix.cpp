#include "program/host/ignored_signal.hpp"
#include "program/host/reload_signal.hpp"

#include <asio/signal_set.hpp>

#include <csignal>
#include <utility>

namespace portico {

struct ReloadSignal::State : std::enable_shared_from_this<State> {
  State(asio::io_context& main, std::function<void()> callback) : signals(main), on_reload(std::move(callback)) {
    if (!is_ignored(SIGHUP)) signals.add(SIGHUP);
  }

  void wait() {
    signals.async_wait([state = shared_from_this()](const std::error_code& error, int) {
      if (error) return;
      state->on_reload();
      state->wait();
    });
  }

  asio::signal_set signals;
  std::function<void()> on_reload;
};

ReloadSignal::ReloadSignal(asio::io_context& main, std::function<void()> on_reload)
    : state_(std::make_shared<State>(main, std::move(on_reload))) {
  state_->wait();
}

ReloadSignal::~ReloadSignal() { state_->signals.cancel(); }

}  // namespace portico
