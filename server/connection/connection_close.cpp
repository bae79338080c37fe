// The end of a connection: in order after its session, or aborted from outside.

#include "base/assert.hpp"
#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "server/connection/send_queue.hpp"
#include "server/connection/server_connection.hpp"

#include <utility>

namespace portico {

namespace {

// Returns true for an error of TLS itself, unless something else has aborted the connection. A peer that does not read
// what TLS replies gets no time to read more.
bool can_end_in_order(const std::error_code& failure, const std::optional<EndReason>& aborted) {
  const auto reason = tls_end_reason(failure);
  return reason && failure != tls_flooded() && (!aborted || aborted == reason);
}

}  // namespace

asio::awaitable<void> ServerConnection::finish() {
  throw_if_aborted();
  on_abort(nullptr);  // it may refer to objects of the session, which has returned
  if (extras_ && extras_->send_queue) {
    extras_->send_queue->close();
    if (has_queued() || draining_queue_) {
      finish_writing();
      co_await acquire_writer();
    }
  }
  // After the peer's EOF nothing can arrive that would turn our close into a reset. (TLS still sends a close_notify.)
  if (peer_ended_ && !tls_) co_return;
  try {
    finish_writing();
    if (draining_queue_) co_await acquire_writer();
    if (!peer_ended_) co_await linger();
  } catch (const std::exception&) {
    // The peer has reset instead of ending, or its time is over: everything of ours is sent, and the session is over.
  }
}

asio::awaitable<void> ServerConnection::finish_failed_tls() {
  if (!tls_ || !can_end_in_order(tls_->failure(), abort_reason_)) co_return;
  const auto aborted = std::exchange(abort_reason_, std::nullopt);  // by the send queue, which met the failure first
  extras().ends_failed_tls = output_finished_ = true;
  peer_ended_ = peer_ended_ || tls_->failure() == tls_truncated();
  on_abort(nullptr);
  try {
    if (extras_ && extras_->send_queue) extras_->send_queue->discard();  // nothing can be encrypted any more
    if (draining_queue_) co_await acquire_writer();
    end_output();
    if (draining_queue_) co_await acquire_writer();
    const bool all_sent = stream_->pending_output() == 0;  // otherwise the peer has reset
    if (all_sent && !peer_ended_) co_await linger();
    extras_->failed_in_order = all_sent;
  } catch (const std::exception&) {
    // The peer takes nothing, not even the alert.
  }
  if (!abort_reason_) abort_reason_ = aborted;
}

asio::awaitable<void> ServerConnection::linger() {
  if (stage_ != ConnectionStage::handshake_failed) begin_stage(ConnectionStage::lingering);
  if (tls_) tls_->discard_input();
  if (timeouts().linger.count() == 0) co_return discard_arrived();
  while (!peer_ended_ && !linger_over_) co_await receive(1, true);
}

// Closing over unread bytes would be a reset. Bounded, since a peer may send without an end.
void ServerConnection::discard_arrived() {
  constexpr std::size_t max_discarded = 16 * 1024;
  input_.consume(input_.unread().size());
  for (std::size_t discarded = 0; discarded < max_discarded && !peer_ended_;) {
    const auto got = try_receive(1);
    input_.consume(got.bytes);
    discarded += got.bytes;
    if (got.error || got.bytes == 0) return;
  }
}

// Ends a wait for the peer that is pending, or keeps the next one from beginning.
void ServerConnection::end_linger() {
  linger_over_ = true;
  stream_->cancel_wait();
}

void ServerConnection::abort(EndReason reason, std::string message) {
  PORTICO_ASSERT(worker_.on_thread());
  if (abort_reason_) return;
  // Everything is sent and the session is over: only the wait for the peer is left to end.
  if (lingering()) return end_linger();
  abort_reason_ = reason;
  if (!message.empty()) extras().end_message = std::move(message);
  stream_->cancel();
  if (!extras_) return;
  if (extras_->send_queue) {
    extras_->send_queue->close();
    extras_->send_queue->notify_writer();
  }
  if (const auto action = std::exchange(extras_->on_abort, nullptr)) action();
}

void ServerConnection::on_abort(std::function<void()> action) {
  PORTICO_ASSERT(worker_.on_thread());
  if (abort_reason_ && action) return action();
  if (extras_ || action) extras().on_abort = std::move(action);
}

void ServerConnection::wake_for_stop() {
  PORTICO_ASSERT(worker_.on_thread() && worker_.stopping);
  if (stage_ < ConnectionStage::session) read_since_ = worker_.now;  // the handshake's grace period begins
  if (waiting_to_read_ && ends_for_stop()) stream_->cancel_wait();
}

std::optional<EndReason> ServerConnection::end_reason() const {
  if (abort_reason_) return abort_reason_;
  if (input_stopped_) return EndReason::stopping;
  return std::nullopt;
}

// A stopping server ends the input between messages only: a message that has begun may still be completed.
bool ServerConnection::ends_for_stop() const { return worker_.stopping && !lingering() && !in_message(); }

}  // namespace portico
