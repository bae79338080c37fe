// The send queue of a connection: messages of other sessions, written between the writes of its own.

#include "base/assert.hpp"
#include "server/connection/connection_end.hpp"
#include "server/connection/scoped_flag.hpp"
#include "server/connection/send_queue.hpp"
#include "server/connection/server_connection.hpp"

#include <portico/sender.hpp>

#include <asio/co_spawn.hpp>

#include <array>
#include <system_error>
#include <utility>

namespace portico {

Sender ServerConnection::sender() {
  PORTICO_ASSERT(worker_.on_thread());
  return Sender(send_queue());
}

const std::shared_ptr<SendQueue>& ServerConnection::send_queue() {
  auto& send_queue = extras().send_queue;
  if (!send_queue) {
    send_queue = std::make_shared<SendQueue>(
        worker_.executor, settings_.send_queue, [this] { start_draining(); },
        [this] { abort(EndReason::slow_consumer, "send queue full (limits.send_queue)"); });
    if (output_finished_ || abort_reason_) send_queue->close();
  }
  return send_queue;
}

bool ServerConnection::has_queued() const { return extras_ && extras_->send_queue && !extras_->send_queue->empty(); }

// Starts to drain the send queue unless a write is pending: every write ends here, so the queue gets its turn.
void ServerConnection::start_draining() {
  const bool end_waits = output_ended_ && stream_->pending_output() != 0;
  if (writing_ || draining_queue_ || abort_reason_ || !(has_queued() || end_waits)) return;
  if (stage_ < ConnectionStage::session) return;     // started again after the handshake, never if it failed
  if (writer_waiting_ && !output_finished_) return;  // started again after the session's write
  draining_queue_ = true;
  asio::co_spawn(worker_.executor, drain_send_queue(),
                 [this](const std::exception_ptr& thrown) { on_send_queue_drained(thrown); });
}

asio::awaitable<void> ServerConnection::drain_send_queue() {
  const auto send_queue = extras_->send_queue;
  std::array<SendQueue::Message, max_buffers> batch;
  while (const auto count = send_queue->pop(batch)) {
    BufferList list{{}, count};
    for (std::size_t i = 0; i < count; ++i) list.buffers[i] = as_buffer(*batch[i]);
    co_await send(list, /*queued=*/true);
    send_queue->sent({batch.data(), count});
    if (writer_waiting_ && !output_finished_) co_return;
  }
  if (output_ended_ && stream_->pending_output() != 0) co_await flush_unsent(*stream_);
}

void ServerConnection::on_send_queue_drained(const std::exception_ptr& thrown) {
  draining_queue_ = false;
  try {
    if (thrown) std::rethrow_exception(thrown);
    // Messages may have come after the last pop of drain_send_queue(): its completion is posted.
    if (has_queued()) {
      start_draining();
    } else if (output_finished_) {
      end_output();
    }
  } catch (const ConnectionError& error) {
    // No effect if the connection was aborted: the first reason wins.
    if (!extras_->ends_failed_tls) abort(error.reason(), error.what());
  } catch (const std::system_error& error) {
    if (!extras_->ends_failed_tls)
      abort(is_disconnect(error.code()) ? EndReason::peer_reset : EndReason::handler_error, error.what());
  } catch (const std::exception& error) {
    abort(EndReason::handler_error, error.what());
  }
  extras_->send_queue->notify_writer();
  // Last: it may destroy this.
  if (const auto on_stopped = std::exchange(extras_->on_send_queue_stopped, nullptr)) on_stopped();
}

// Waits until the send queue is not being written: for a session that wants to write, or has returned.
asio::awaitable<void> ServerConnection::acquire_writer() {
  PORTICO_ASSERT(worker_.on_thread());
  const ScopedFlag waiting(writer_waiting_);
  while (draining_queue_) {
    co_await extras_->send_queue->wait_for_writer();
    throw_if_aborted();
  }
}

bool ServerConnection::stop_send_queue(std::function<void()> on_stopped) {
  PORTICO_ASSERT(worker_.on_thread());
  if (!draining_queue_) return true;
  extras().on_send_queue_stopped = std::move(on_stopped);
  extras_->on_abort = nullptr;                   // it may refer to objects of the session, which has ended
  if (!abort_reason_) abort(EndReason::killed);  // not reported: the session has ended with a reason of its own
  return false;
}

}  // namespace portico
