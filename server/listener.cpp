#include "server/listener.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include <utility>

namespace portico {

Listener::Listener(asio::any_io_executor executor, std::unique_ptr<Acceptor> acceptor, std::string address,
                   std::shared_ptr<const Endpoint> endpoint, Observer& observer)
    : executor_(std::move(executor)),
      acceptor_(std::move(acceptor)),
      address_(std::move(address)),
      endpoint_(std::move(endpoint)),
      observer_(observer) {}

void Listener::start(int outstanding) {
  loops_ = outstanding;
  for (int i = 0; i < outstanding; ++i)
    asio::co_spawn(executor_, accept_loop(), [this](const std::exception_ptr& thrown) {
      // Nothing in the loop throws but an allocation; a listener that dies of one silently would be worse than a crash.
      if (thrown) std::rethrow_exception(thrown);
      loop_ended();
    });
}

asio::awaitable<void> Listener::accept_loop() {
  while (!stopping_) {
    auto accepted = co_await acceptor_->accept();
    if (accepted.error) {
      if (stopping_) break;
      const auto pause = failed(accepted.error);
      if (pause.count() != 0) co_await acceptor_->pause(pause);
    } else {
      succeeded();
      accepted.worker->take(std::move(*accepted.socket), accepted.peer, endpoint_);
    }
  }
}

std::chrono::milliseconds Listener::failed(const std::error_code& error) {
  const bool was_pausing = backoff_.pausing();
  const auto pause = backoff_.failed(judge_accept_error(error), acceptor_->now());
  if (backoff_.pausing() && !was_pausing)
    observer_.on(events::AcceptPaused{endpoint_->settings.endpoint, address_, error.message(), error});
  return pause;
}

void Listener::succeeded() {
  if (!backoff_.succeeded()) return;
  const auto paused = std::chrono::duration_cast<std::chrono::milliseconds>(acceptor_->now() - backoff_.since());
  observer_.on(events::AcceptResumed{endpoint_->settings.endpoint, address_, paused});
}

void Listener::stop(std::function<void()> closed) {
  asio::post(executor_, [this, closed = std::move(closed)]() mutable {
    closed_ = std::move(closed);
    stopping_ = true;
    acceptor_->close();
    if (loops_ == 0) closed_();
  });
}

void Listener::loop_ended() {
  if (--loops_ == 0) closed_();
}

}  // namespace portico
