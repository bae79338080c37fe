// The server's side of a connection: its deadlines, and its end.

#include "protocol/tls/tls_stream.hpp"
#include "server/connection/send_queue.hpp"

#include <portico/connection.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// Longer than any but the slowest handshake takes, and far shorter than a drain: no answer has begun in a step.
constexpr std::chrono::milliseconds step_while_stopping{1000};

bool is_over(std::chrono::steady_clock::time_point since, std::chrono::milliseconds limit,
             std::chrono::steady_clock::time_point now) {
  return limit.count() != 0 && now > since + limit;
}

// A mark that was set since the last sweep has that sweep's time, and the sweep may have been late; it is now taken for
// set just before this one. So a deadline is never early, and at most two sweeps late.
void lift(std::chrono::steady_clock::time_point& mark, const WorkerContext& host) {
  if (mark == host.before) mark = host.now - std::chrono::steady_clock::duration(1);
}

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::opening:
      return "opening";
    case Phase::waiting:
      return "waiting";
    case Phase::in_message:
      return "in_message";
    case Phase::writing:
      return "writing";
    case Phase::working:
      return "working";
    case Phase::lingering:
      break;
  }
  return "lingering";
}

Phase Connection::phase() const {
  if (finishing_) return Phase::lingering;
  if (step_ != Step::session) return Phase::opening;
  if (waiting_to_write_) return Phase::writing;
  if (!waiting_to_read_) return Phase::working;
  return in_message() ? Phase::in_message : Phase::waiting;
}

void Connection::enter(Step step) {
  step_ = step;
  read_since_ = host_.now;
}

// What came behind the handshakes is the session's.
void Connection::opened() {
  enter(Step::session);
  since_ = std::chrono::steady_clock::now();
  bytes_in_ = input_.unread().size();
}

void Connection::announced(const Address& client) { notes().proxy = std::exchange(peer_, client); }

asio::awaitable<void> Connection::finish() {
  check_cut();
  on_abort(nullptr);  // what it refers to has gone with the session
  if (notes_ && notes_->mailbox) {
    notes_->mailbox->close();
    if (has_mail() || delivering_) {
      finish_writing();
      co_await writer_free();
    }
  }
  // After the peer's own end nothing can arrive that would turn our close into a reset. (TLS has a last word to say.)
  if (peer_ended_ && !tls_) co_return;
  try {
    finish_writing();
    if (delivering_) co_await writer_free();
    if (!peer_ended_) co_await linger();
  } catch (const std::exception&) {
    // The peer has reset instead of ending, or its time is over: everything of ours is sent, and the session is over.
  }
}

asio::awaitable<void> Connection::linger() {
  finishing_ = true;
  read_since_ = host_.now;
  if (settings_.timeouts.linger.count() == 0) co_return;
  while (!peer_ended_ && !linger_over_) co_await receive(1, true);
}

// Ends a wait for the peer that is under way, or keeps the next one from beginning.
void Connection::end_linger() {
  linger_over_ = true;
  stream_->cancel_wait();
}

void Connection::cut(EndReason reason, std::string text) {
  if (cut_reason_) return;
  // Everything is sent and the session is over: nothing is left to cut but our waiting for the peer.
  if (finishing_) return end_linger();
  cut_reason_ = reason;
  if (!text.empty()) notes().end_text = std::move(text);
  stream_->cancel();
  if (!notes_) return;
  if (notes_->mailbox) {
    notes_->mailbox->close();
    notes_->mailbox->wake();
  }
  if (const auto action = std::exchange(notes_->on_abort, nullptr)) action();
}

void Connection::on_abort(std::function<void()> action) {
  if (cut_reason_ && action) return action();
  if (notes_ || action) notes().on_abort = std::move(action);
}

void Connection::wake_for_stop() {
  if (step_ != Step::session) read_since_ = host_.now;  // a step's time while stopping begins
  if (waiting_to_read_ && ends_for_stop()) stream_->cancel_wait();
}

void Connection::expire() {
  const auto& timeouts = settings_.timeouts;
  const auto now = host_.now;
  lift(read_since_, host_);
  lift(write_since_, host_);
  if (finishing_) {
    if (is_over(read_since_, timeouts.linger, now)) end_linger();  // not a failure: the peer had its time
    return;
  }
  if (step_ != Step::session) return expire_step();
  const bool silent = bytes_in_ == 0;
  if (peer_ended_) {
    if (is_over(active(), timeouts.half_closed, now)) cut(EndReason::half_closed_timeout);
  } else if (waiting_to_read_ && is_over(read_since_, silent ? timeouts.first_byte : timeouts.idle, now)) {
    cut(silent ? EndReason::first_byte_timeout : EndReason::idle_timeout);
  }
  if (waiting_to_write_ && is_over(write_since_, timeouts.write, now)) cut(EndReason::write_timeout);
  if (timeouts.session.count() != 0 && now >= since_ + timeouts.session) cut(EndReason::session_timeout);
  if (settings_.min_rate.read.bytes != 0 || settings_.min_rate.write.bytes != 0) expire_rates(now);
}

void Connection::expire_step() {
  if (host_.stopping && is_over(read_since_, step_while_stopping, host_.now)) return cut(EndReason::stopping);
  const bool header = step_ == Step::proxy_header;
  const auto limit = header ? settings_.timeouts.proxy_header : settings_.timeouts.tls_handshake;
  if (is_over(read_since_, limit, host_.now)) cut(header ? EndReason::proxy_header_timeout : EndReason::tls_timeout);
}

// The rates are sampled, so that they cost nothing where bytes move: a wait that two sweeps see is taken for one that
// lasted. A message is over when bytes of it were taken, unless read_exactly() takes them piece by piece.
void Connection::expire_rates(TimePoint now) {
  const auto& least = settings_.min_rate;
  const bool begun = !input_.empty() || message_open_;
  const bool reading = least.read.bytes != 0 && waiting_to_read_ && begun;
  const bool taking = least.write.bytes != 0 && waiting_to_write_;
  if (!notes_ && !reading && !taking) return;
  auto& paces = notes();
  // A session sees a record of TLS only when it is whole; what has come of it counts before.
  const auto received = tls_ ? tls_->received() : bytes_in_;
  const auto message = message_open_ ? paces.reading.message : bytes_in_ - input_.unread().size();
  check_pace(paces.reading, reading, {TimePoint(), received, message}, least.read, now);
  check_pace(paces.taking, taking, {TimePoint(), bytes_out_ - stream_->pending_output(), 0}, least.write, now);
}

void Connection::check_pace(Pace& start, bool waits, const Pace& now_at, const ByteRate& least, TimePoint now) {
  if (!waits || start.since == TimePoint::max() || start.message != now_at.message) {
    start = {waits ? now : TimePoint::max(), now_at.bytes, now_at.message};
    return;
  }
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now - start.since);
  const auto moved = static_cast<double>(now_at.bytes - start.bytes);
  const auto due = static_cast<double>(least.bytes) * (std::chrono::duration<double>(time) / least.per);
  if (time <= settings_.min_rate.grace || moved >= due) return;
  cut(EndReason::min_rate, fmt::format("{:.0f} bytes in {:.1f} s", moved, std::chrono::duration<double>(time).count()));
}

std::optional<EndReason> Connection::end_reason() const {
  if (cut_reason_) return cut_reason_;
  if (input_stopped_) return EndReason::stopping;
  return std::nullopt;
}

// A stopping server ends the input between messages only: a message that has begun may still be completed.
bool Connection::ends_for_stop() const { return host_.stopping && !finishing_ && !in_message(); }

}  // namespace portico
