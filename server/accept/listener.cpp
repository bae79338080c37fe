#include "server/accept/listener.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

namespace {

// An episode in which clients had to wait is over when for so long none had to.
constexpr std::chrono::seconds quiet_time{1};

}  // namespace

// A client that waits unread for a slot, with the loop that has accepted it.
struct Listener::WaitingClient {
  explicit WaitingClient(const asio::any_io_executor& executor) {
    // It stays until it was granted or is forgotten, so `this` is there when the post arrives.
    waiter.granted = [this, &executor] {
      asio::post(executor, [this] {
        granted = true;
        if (bell) bell->cancel();
      });
    };
  }

  Slots::Waiter waiter;
  std::optional<asio::steady_timer> bell;  // never expires; cancelling it is the wake-up
  bool granted = false;
};

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
      const auto action = endpoint_->admission ? co_await admit(accepted.peer) : Admission::Action::let_in;
      hand_over(std::move(accepted), action);
    }
  }
}

// What becomes of a client. When it is let in, it holds a slot.
asio::awaitable<Admission::Action> Listener::admit(const Address& peer) {
  auto& admission = *endpoint_->admission;
  auto decision = admission.check(peer, acceptor_->now());
  if (decision.action == Admission::Action::wait) {
    makes_wait(decision.reason);
    co_await acceptor_->pause(decision.pause);
    last_wait_ = acceptor_->now();
    if (stopping_) co_return Admission::Action::reset;
  } else if (decision.action != Admission::Action::let_in) {
    co_return decision.action;
  }
  WaitingClient parked(executor_);
  decision = admission.take_slot(peer, parked.waiter);
  if (decision.action != Admission::Action::wait) {
    if (decision.action == Admission::Action::let_in) made_nobody_wait();
    co_return decision.action;
  }
  makes_wait(decision.reason);
  const bool granted = co_await wait_for_slot(peer, parked);
  last_wait_ = acceptor_->now();
  co_return granted ? Admission::Action::let_in : Admission::Action::reset;
}

asio::awaitable<bool> Listener::wait_for_slot(const Address& peer, WaitingClient& parked) {
  auto& admission = *endpoint_->admission;
  parked.bell.emplace(executor_, TimePoint::max());
  parked_.insert(&parked);
  while (!parked.granted && !(stopping_ && admission.forget(peer, parked.waiter))) {
    std::error_code rung;
    co_await parked.bell->async_wait(asio::redirect_error(asio::use_awaitable, rung));
  }
  parked_.erase(&parked);
  if (!parked.granted || !stopping_) co_return parked.granted;
  admission.give_back(peer);
  co_return false;
}

void Listener::hand_over(Accepted accepted, Admission::Action action) {
  auto& socket = *accepted.socket;
  std::error_code ignored;  // whatever it says, the client is gone
  switch (action) {
    case Admission::Action::let_in:
      return accepted.worker->take(std::move(socket), accepted.peer, endpoint_);
    case Admission::Action::farewell:
      return accepted.worker->say_farewell(std::move(socket), accepted.peer, endpoint_);
    case Admission::Action::reset:
      socket.set_option(asio::socket_base::linger(true, 0), ignored);
      [[fallthrough]];
    default:
      socket.close(ignored);
  }
}

std::chrono::milliseconds Listener::failed(const std::error_code& error) {
  const bool was_pausing = backoff_.pausing();
  const auto pause = backoff_.failed(classify_accept_error(error), acceptor_->now());
  if (backoff_.pausing() && !was_pausing)
    observer_.on(events::AcceptPaused{endpoint_->settings.endpoint, address_, error.message(), error});
  return pause;
}

void Listener::succeeded() {
  if (backoff_.succeeded()) resumed(backoff_.since());
}

void Listener::makes_wait(Refusal reason) {
  last_wait_ = acceptor_->now();
  if (waiting_since_) return;
  waiting_since_ = last_wait_;
  observer_.on(events::AcceptPaused{endpoint_->settings.endpoint, address_, std::string(to_string(reason)), {}});
}

void Listener::made_nobody_wait() {
  if (!waiting_since_ || acceptor_->now() < last_wait_ + quiet_time) return;
  resumed(*std::exchange(waiting_since_, std::nullopt));
}

void Listener::resumed(TimePoint since) {
  const auto paused = std::chrono::duration_cast<std::chrono::milliseconds>(acceptor_->now() - since);
  observer_.on(events::AcceptResumed{endpoint_->settings.endpoint, address_, paused});
}

void Listener::stop(std::function<void()> closed) {
  asio::post(executor_, [this, closed = std::move(closed)]() mutable {
    closed_ = std::move(closed);
    stopping_ = true;
    acceptor_->close();
    for (auto* parked : parked_) parked->bell->cancel();
    if (loops_ == 0) closed_();
  });
}

void Listener::loop_ended() {
  if (--loops_ == 0) closed_();
}

}  // namespace portico
