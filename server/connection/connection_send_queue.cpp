// Messages of other sessions: how a connection delivers what is in its mailbox, between the writes of its own session.

#include "server/connection/connection_end.hpp"
#include "server/connection/send_queue.hpp"

#include <portico/connection.hpp>
#include <portico/sender.hpp>

#include <asio/co_spawn.hpp>

#include <array>
#include <system_error>
#include <utility>

namespace portico {

Sender Connection::sender() { return Sender(mailbox()); }

const std::shared_ptr<SendQueue>& Connection::mailbox() {
  auto& mailbox = notes().mailbox;
  if (!mailbox) {
    mailbox = std::make_shared<SendQueue>(
        host_.executor, settings_.send_queue, [this] { deliver(); },
        [this] { cut(EndReason::slow_consumer, "more messages wait for it than limits.send_queue allows"); });
    if (output_finished_ || cut_reason_) mailbox->close();
  }
  return mailbox;
}

bool Connection::has_mail() const { return notes_ && notes_->mailbox && !notes_->mailbox->empty(); }

// Starts the delivery, unless something is being written: whoever writes comes here when it is done.
void Connection::deliver() {
  const bool end_waits = output_ended_ && stream_->pending_output() != 0;
  if (writing_ || delivering_ || cut_reason_ || !(has_mail() || end_waits)) return;
  if (step_ != Step::session) return;               // after the handshake
  if (writer_wanted_ && !output_finished_) return;  // after the session's write
  delivering_ = true;
  asio::co_spawn(host_.executor, deliver_mail(), [this](const std::exception_ptr& thrown) { mail_delivered(thrown); });
}

asio::awaitable<void> Connection::deliver_mail() {
  const auto mailbox = notes_->mailbox;
  std::array<SendQueue::Message, max_parts> batch;
  while (const auto count = mailbox->take(batch)) {
    Gather gather{{}, count};
    for (std::size_t i = 0; i < count; ++i) gather.parts[i] = as_buffer(*batch[i]);
    co_await send(gather, /*mail=*/true);
    mailbox->sent({batch.data(), count});
    if (writer_wanted_ && !output_finished_) co_return;
  }
  if (output_ended_ && stream_->pending_output() != 0) co_await flush(*stream_);
}

void Connection::mail_delivered(const std::exception_ptr& thrown) {
  delivering_ = false;
  try {
    if (thrown) std::rethrow_exception(thrown);
    // What came after the last look of deliver_mail(), whose end is told by a post.
    if (has_mail()) {
      deliver();
    } else if (output_finished_) {
      end_output();
    }
  } catch (const ConnectionError& error) {
    cut(error.reason(), error.what());  // unless it was: its session is told the same
  } catch (const std::system_error& error) {
    cut(is_disconnect(error.code()) ? EndReason::peer_reset : EndReason::handler_error, error.what());
  } catch (const std::exception& error) {
    cut(EndReason::handler_error, error.what());
  }
  notes_->mailbox->wake();
  // Last: it may destroy this.
  if (const auto then = std::exchange(notes_->when_quiet, nullptr)) then();
}

// For a session that wants to write, or is over, while the mailbox is being sent.
asio::awaitable<void> Connection::writer_free() {
  struct Mark {
    bool& wanted;
    ~Mark() { wanted = false; }
  } mark{writer_wanted_};
  writer_wanted_ = true;
  while (delivering_) {
    co_await notes_->mailbox->woken();
    check_cut();
  }
}

bool Connection::quiet(std::function<void()> then) {
  if (!delivering_) return true;
  notes().when_quiet = std::move(then);
  notes_->on_abort = nullptr;                // what it refers to has gone with the session
  if (!cut_reason_) cut(EndReason::killed);  // nobody will see it: the session has ended with a reason of its own
  return false;
}

}  // namespace portico
