// How a server stops: accept on for the delay, close the listeners, drain the workers, abort the rest; then the same
// for the endpoints that serve operators.

#include "base/assert.hpp"
#include "server/server.hpp"

#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace portico {

namespace {

// Timeout for sessions to return after they were aborted.
constexpr std::chrono::seconds abort_timeout{1};

}  // namespace

void Server::stop(const ShutdownConfig& how, std::function<void(StopResult)> on_stopped) {
  PORTICO_ASSERT(on_control_thread() && workers_ && !on_stopped_ && on_stopped);
  on_stopped_ = std::move(on_stopped);
  drain_ = how.drain;
  for (const auto& worker : *workers_) worker->mark_not_ready();
  if (how.delay.count() == 0) return close_listeners();
  observer_.on(events::Stopping{how.delay});
  deadline_.expires_after(how.delay);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error && !closing_) close_listeners();  // unless kill() was faster than a completion that was queued already
  });
}

void Server::close_listeners() {
  PORTICO_ASSERT(!closing_);
  closing_ = true;
  observer_.on(events::Draining{connections(), drain_});
  deadline_.expires_after(drain_);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error) kill();
  });
  stop_listeners(/*of_operators=*/false, &Server::drain_workers);
}

// Closes the listeners of clients, or of operators, and then calls `then`. A listener dispatches its last client to a
// worker before it reports that it is closed, so no client can reach a worker that has ended.
void Server::stop_listeners(bool of_operators, void (Server::*then)()) {
  const auto is_meant = [of_operators](const Bound& bound) {
    return bound.listener->endpoint().serves_operators == of_operators;
  };
  open_listeners_ = static_cast<std::size_t>(std::count_if(bound_.begin(), bound_.end(), is_meant));
  if (open_listeners_ == 0) return (this->*then)();
  const auto closed = [this, then] {
    PORTICO_ASSERT(closing_ && open_listeners_ > 0);
    if (--open_listeners_ == 0) (this->*then)();
  };
  for (const auto& bound : bound_)
    if (is_meant(bound)) bound.listener->stop([this, closed] { asio::post(control_, closed); });
}

void Server::drain_workers() {
  PORTICO_ASSERT(closing_ && !draining_);
  draining_ = true;
  busy_workers_ = workers_->size();
  for (const auto& worker : *workers_) worker->drain([this] { asio::post(control_, [this] { worker_drained(); }); });
  if (killing_) kill();
}

void Server::kill() {
  PORTICO_ASSERT(on_control_thread());
  killing_ = true;
  if (!closing_) return close_listeners();
  if (!draining_) return;  // drain_workers() calls this again
  for (const auto& worker : *workers_)
    worker->abort_all([this](std::size_t count) { asio::post(control_, [this, count] { result_.killed += count; }); });
  deadline_.expires_after(abort_timeout);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error) finish(/*hung=*/true);
  });
}

void Server::worker_drained() {
  PORTICO_ASSERT(draining_ && busy_workers_ > 0);
  if (--busy_workers_ == 0) stop_listeners(/*of_operators=*/true, &Server::finish_workers);
}

void Server::finish_workers() {
  busy_workers_ = workers_->size();
  for (const auto& worker : *workers_) worker->finish([this] { asio::post(control_, [this] { worker_finished(); }); });
  if (killing_) kill();
}

void Server::worker_finished() {
  PORTICO_ASSERT(draining_ && busy_workers_ > 0);
  if (--busy_workers_ != 0) return;
  for (const auto& worker : *workers_) worker->join();
  finish(/*hung=*/false);
}

void Server::finish(bool hung) {
  deadline_.cancel();
  certificates_.stop();
  if (!on_stopped_) return;
  result_.hung = hung;
  if (hung) result_.abandoned = connections();
  observer_.on(events::Stopped{result_.killed});
  std::exchange(on_stopped_, nullptr)(result_);
}

}  // namespace portico
