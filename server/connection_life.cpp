// The server's side of a connection: its deadlines, and its end.

#include <portico/connection.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// What is discarded of a peer that goes on sending after our end; one that sends more is reset.
constexpr std::size_t max_discarded = 64 * 1024;

}  // namespace

// The handshakes are over: what counts from here is the session's time.
void Connection::opened() { since_ = std::chrono::steady_clock::now(); }

asio::awaitable<void> Connection::finish() {
  check_cut();
  // After the peer's own end nothing can arrive that would turn our close into a reset.
  if (peer_ended_) co_return;
  try {
    finish_writing();
    finishing_ = true;
    read_deadline_ = after(settings_.timeouts.linger);
    for (std::size_t discarded = 0; discarded < max_discarded && !peer_ended_;)
      discarded += (co_await receive(1, true)).size();
  } catch (const std::system_error&) {
    // The peer has reset instead of ending, or lingers: everything of ours is sent, and the session is over.
  }
}

void Connection::cut(EndReason reason, std::string text) {
  if (cut_reason_) return;
  // Everything is sent and the session is over: nothing is left to cut but our waiting for the peer.
  if (finishing_) return stream_.cancel_wait();
  cut_reason_ = reason;
  if (!text.empty()) notes().end_text = std::move(text);
  stream_.cancel();
}

void Connection::wake_for_stop() {
  if (waiting_to_read_ && ends_for_stop()) stream_.cancel_wait();
}

void Connection::expire(TimePoint now) {
  const auto& timeouts = settings_.timeouts;
  if (now >= read_deadline_) {
    if (finishing_) {
      stream_.cancel_wait();  // not a failure: the peer had its time
    } else {
      cut(peer_ended_      ? EndReason::half_closed_timeout
          : bytes_in_ == 0 ? EndReason::first_byte_timeout
                           : EndReason::idle_timeout);
    }
  } else if (now >= write_deadline_) {
    cut(peer_ended_ ? EndReason::half_closed_timeout : EndReason::write_timeout);
  } else if (timeouts.session.count() != 0 && now >= since_ + timeouts.session && !finishing_) {
    cut(EndReason::session_timeout);
  }
}

std::optional<EndReason> Connection::end_reason() const {
  if (cut_reason_) return cut_reason_;
  if (input_stopped_) return EndReason::stopping;
  return std::nullopt;
}

// A stopping server ends the input between messages only: a message that has begun may still be completed.
bool Connection::ends_for_stop() const { return host_.stopping && !finishing_ && input_.empty() && !message_open_; }

void Connection::begin_wait() {
  immediate_ = 0;
  waiting_to_read_ = true;
  if (finishing_) return;
  read_deadline_ = after(bytes_in_ == 0 ? settings_.timeouts.first_byte : settings_.timeouts.idle);
}

void Connection::end_wait() {
  waiting_to_read_ = false;
  if (!finishing_) read_deadline_ = TimePoint::max();
  check_cut();
}

// host_.now may be one sweep old; a deadline is therefore a sweep later than it reads, and never early.
Connection::TimePoint Connection::after(std::chrono::milliseconds timeout) const {
  return timeout.count() == 0 ? TimePoint::max() : host_.now + sweep_period + timeout;
}

}  // namespace portico
