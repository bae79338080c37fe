#include "server/accept/listener.hpp"

#include "base/assert.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

namespace {

// An episode of waiting clients is over when no client has had to wait for this long.
constexpr std::chrono::seconds resume_after{1};

}  // namespace

// A client that waits for a slot, and blocks the loop that accepted it.
struct Listener::WaitingClient {
  explicit WaitingClient(const asio::any_io_executor& executor) {
    // This object lives until the slot is granted or the wait is cancelled, so it is still there when the post runs.
    waiter.on_granted = [this, &executor] {
      asio::post(executor, [this] {
        granted = true;
        if (wakeup_timer) wakeup_timer->cancel();
      });
    };
  }

  Slots::Waiter waiter;
  std::optional<asio::steady_timer> wakeup_timer;  // never expires; it is cancelled to wake the loop
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
  PORTICO_ASSERT(loops_ == 0 && outstanding > 0);
  const bool reserves = acceptor_->is_shared() && endpoint_->admission && endpoint_->admission->makes_wait();
  loops_ = reserves ? 1 : outstanding;
  for (int i = 0; i < loops_; ++i)
    asio::co_spawn(executor_, reserves ? shared_accept_loop() : accept_loop(),
                   [this](const std::exception_ptr& thrown) {
                     // Only an allocation can throw in the loop. A listener that silently stops accepting would be
                     // worse than a crash.
                     if (thrown) std::rethrow_exception(thrown);
                     loop_ended();
                   });
}

asio::awaitable<void> Listener::accept_loop() {
  while (!stopping_) {
    auto accepted = co_await acceptor_->accept();
    if (accepted.error) {
      co_await pause_after(accepted.error);
    } else {
      on_accept_success();
      const auto action = endpoint_->admission ? co_await admit(accepted) : Admission::Action::admit;
      dispatch(std::move(accepted), action);
    }
  }
}

// Who has to wait stays in the system's backlog, from where another process that has the socket, or the next server,
// may take it.
asio::awaitable<void> Listener::shared_accept_loop() {
  auto& admission = *endpoint_->admission;
  while (!stopping_) {
    const auto error = co_await acceptor_->wait_for_client();
    if (error) {
      co_await pause_after(error);
      continue;
    }
    Slots::Outcome reserved;
    const bool has_room = co_await wait_for_room(reserved);
    if (!has_room) co_return;
    auto accepted = acceptor_->try_accept();
    if (accepted.error) {
      admission.release_reserved();
      if (accepted.error != asio::error::would_block) co_await pause_after(accepted.error);
      continue;
    }
    on_accept_success();
    const bool has_left = admission.enforces_rate() && acceptor_->has_left(accepted);
    if (has_left) admission.release_reserved();
    const auto decision = has_left ? admission.refuse_departed(accepted.peer)
                                   : admission.admit_reserved(accepted.peer, reserved, acceptor_->now());
    dispatch(std::move(accepted), decision.action);
  }
}

// Waits for a token of the rate and reserves a slot. Returns false if the server stops.
asio::awaitable<bool> Listener::wait_for_room(Slots::Outcome& reserved) {
  auto& admission = *endpoint_->admission;
  while (true) {
    if (stopping_) co_return false;
    const auto pause = admission.rate_delay(acceptor_->now());
    if (pause.count() == 0) break;
    note_waiting(Refusal::rate);
    co_await acceptor_->sleep(pause);
    last_wait_ = acceptor_->now();
  }
  WaitingClient client(executor_);
  reserved = admission.reserve_slot(client.waiter);
  if (reserved.limit_hit == Slots::LimitHit::none) {
    note_no_waiting();
    co_return true;
  }
  note_waiting(reason_of(reserved.limit_hit));
  const std::function<bool()> cancel = [&] { return admission.cancel_reservation(client.waiter); };
  co_await wait_for_slot(client, cancel);
  last_wait_ = acceptor_->now();
  if (!stopping_) co_return true;
  if (client.granted) admission.release_reserved();
  co_return false;
}

asio::awaitable<void> Listener::pause_after(std::error_code error) {
  if (stopping_) co_return;
  const auto pause = on_accept_error(error);
  if (pause.count() != 0) co_await acceptor_->sleep(pause);
}

// Decides what happens to a client. An admitted one holds a slot.
asio::awaitable<Admission::Action> Listener::admit(Accepted& accepted) {
  auto& admission = *endpoint_->admission;
  const Address& peer = accepted.peer;
  auto decision = admission.check_address(peer);
  if (decision.action != Admission::Action::admit) co_return decision.action;
  if (admission.enforces_rate() && acceptor_->has_left(accepted)) co_return admission.refuse_departed(peer).action;
  Admission::Turn turn;
  decision = admission.check_rate(peer, acceptor_->now(), &turn);
  if (decision.action == Admission::Action::wait) {
    note_waiting(decision.reason);
    const bool admitted = co_await wait_for_rate(accepted, turn, decision.pause);
    if (!admitted) co_return Admission::Action::reset;
  } else if (decision.action != Admission::Action::admit) {
    co_return decision.action;
  }
  WaitingClient client(executor_);
  decision = admission.acquire_slot(peer, client.waiter);
  if (decision.action != Admission::Action::wait) {
    if (decision.action == Admission::Action::admit) note_no_waiting();
    co_return decision.action;
  }
  note_waiting(decision.reason);
  const std::function<bool()> cancel = [&] { return admission.cancel_wait(peer, client.waiter); };
  co_await wait_for_slot(client, cancel);
  last_wait_ = acceptor_->now();
  if (!stopping_) co_return Admission::Action::admit;
  if (client.granted) admission.release(peer);
  admission.refuse_for_stop(peer);
  co_return Admission::Action::reset;
}

// Waits for a token of the rate, in turn. Returns false if the client has left, or the server stops.
asio::awaitable<bool> Listener::wait_for_rate(Accepted& accepted, Admission::Turn& turn,
                                              std::chrono::milliseconds pause) {
  auto& admission = *endpoint_->admission;
  while (pause.count() != 0) {
    co_await acceptor_->sleep(pause);
    last_wait_ = acceptor_->now();
    const bool has_left = acceptor_->has_left(accepted);
    if (has_left || stopping_) {
      admission.leave_queue(turn);
      if (has_left)
        admission.refuse_departed(accepted.peer);
      else
        admission.refuse_for_stop(accepted.peer);
      co_return false;
    }
    pause = admission.check_rate(accepted.peer, last_wait_, &turn).pause;
  }
  co_return true;
}

// Waits until the slot is granted, or the server stops and `cancel` has ended the wait.
asio::awaitable<void> Listener::wait_for_slot(WaitingClient& client, std::function<bool()> cancel) {
  client.wakeup_timer.emplace(executor_, TimePoint::max());
  waiting_clients_.insert(&client);
  while (!client.granted && !(stopping_ && cancel())) {
    std::error_code ignored;
    co_await client.wakeup_timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  waiting_clients_.erase(&client);
}

void Listener::dispatch(Accepted accepted, Admission::Action action) {
  auto& socket = *accepted.socket;
  std::error_code ignored;  // the client is disconnected either way
  switch (action) {
    case Admission::Action::admit:
      return accepted.worker->adopt({std::move(socket), accepted.peer, accepted.local}, endpoint_);
    case Admission::Action::close:  // an end, not a reset, also for a client that has sent something
    case Admission::Action::farewell:
      return accepted.worker->send_farewell({std::move(socket), accepted.peer, accepted.local}, endpoint_);
    case Admission::Action::reset:
      socket.set_option(asio::socket_base::linger(true, 0), ignored);
      [[fallthrough]];
    default:
      socket.close(ignored);
  }
}

std::chrono::milliseconds Listener::on_accept_error(const std::error_code& error) {
  const bool was_pausing = backoff_.pausing();
  const auto pause = backoff_.on_error(classify_accept_error(error), acceptor_->now());
  if (backoff_.pausing() && !was_pausing)
    observer_.on(events::AcceptPaused{endpoint_->settings.endpoint, address_, error.message(), error});
  return pause;
}

void Listener::on_accept_success() {
  if (backoff_.on_success()) report_resumed(backoff_.since());
}

void Listener::note_waiting(Refusal reason) {
  last_wait_ = acceptor_->now();
  if (waiting_since_) return;
  waiting_since_ = last_wait_;
  observer_.on(events::AcceptPaused{endpoint_->settings.endpoint, address_, std::string(to_string(reason)), {}});
}

void Listener::note_no_waiting() {
  if (!waiting_since_ || acceptor_->now() < last_wait_ + resume_after) return;
  report_resumed(*std::exchange(waiting_since_, std::nullopt));
}

void Listener::report_resumed(TimePoint since) {
  const auto paused = std::chrono::duration_cast<std::chrono::milliseconds>(acceptor_->now() - since);
  observer_.on(events::AcceptResumed{endpoint_->settings.endpoint, address_, paused});
}

void Listener::stop(std::function<void()> on_closed) {
  asio::post(executor_, [this, on_closed = std::move(on_closed)]() mutable {
    on_closed_ = std::move(on_closed);
    stopping_ = true;
    acceptor_->close();
    for (auto* client : waiting_clients_) client->wakeup_timer->cancel();
    if (loops_ == 0) on_closed_();
  });
}

void Listener::loop_ended() {
  PORTICO_ASSERT(stopping_ && loops_ > 0 && on_closed_);
  if (--loops_ == 0) on_closed_();
}

}  // namespace portico
