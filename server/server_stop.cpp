// How a server stops: accept on for the delay, close the listeners, drain the workers, abort the rest.

#include "base/assert.hpp"
#include "server/server.hpp"

#include <asio/post.hpp>

#include <chrono>
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
  open_listeners_ = bound_.size();
  if (bound_.empty()) drain_workers();
  for (const auto& bound : bound_)
    bound.listener->stop([this] { asio::post(control_, [this] { listener_closed(); }); });
}

// A listener dispatches its last client to a worker before it reports that it is closed, so no client can reach a
// worker that has ended.
void Server::listener_closed() {
  PORTICO_ASSERT(closing_ && open_listeners_ > 0);
  if (--open_listeners_ == 0) drain_workers();
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
  if (--busy_workers_ != 0) return;
  for (const auto& worker : *workers_) worker->join();
  finish(/*hung=*/false);
}

void Server::finish(bool hung) {
  deadline_.cancel();
  certificates_.stop();
  if (!on_stopped_) return;
  result_.hung = hung;
  observer_.on(events::Stopped{result_.killed});
  std::exchange(on_stopped_, nullptr)(result_);
}

}  // namespace portico
