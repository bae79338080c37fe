// The deadlines of a connection: compared at each sweep of its worker, so that setting one costs a store.

#include "base/assert.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "server/connection/server_connection.hpp"

#include <fmt/format.h>

namespace portico {

namespace {

// Longer than any but the slowest handshake takes, and far shorter than a drain: no answer has begun in a handshake.
constexpr std::chrono::milliseconds handshake_grace{1000};

bool is_expired(std::chrono::steady_clock::time_point since, std::chrono::milliseconds limit,
                std::chrono::steady_clock::time_point now) {
  return limit.count() != 0 && now > since + limit;
}

// A timestamp stored since the last sweep holds that sweep's time, and the sweep may have been late; from now on it
// counts as stored just before this sweep. So a deadline is never early, and at most two sweeps late.
void advance_timestamp(std::chrono::steady_clock::time_point& timestamp, const WorkerContext& worker) {
  if (timestamp == worker.previous_sweep) timestamp = worker.now - std::chrono::steady_clock::duration(1);
}

}  // namespace

void ServerConnection::check_deadlines() {
  PORTICO_ASSERT(worker_.on_thread());
  const auto& limits = timeouts();
  const auto now = worker_.now;
  advance_timestamp(read_since_, worker_);
  advance_timestamp(write_since_, worker_);
  if (lingering()) {
    if (is_expired(read_since_, limits.linger, now)) end_linger();  // not a failure: the peer had its time
    return;
  }
  if (stage_ != ConnectionStage::session) return check_handshake_deadline();
  const bool silent = bytes_in_ == 0;
  if (peer_ended_) {
    if (is_expired(last_active(), limits.half_closed, now)) abort(EndReason::half_closed_timeout);
  } else if (waiting_to_read_ && is_expired(read_since_, silent ? limits.first_byte : limits.idle, now)) {
    abort(silent ? EndReason::first_byte_timeout : EndReason::idle_timeout);
  }
  if (waiting_to_write_ && is_expired(write_since_, limits.write, now)) abort(EndReason::write_timeout);
  if (limits.session.count() != 0 && now >= started_at_ + limits.session) abort(EndReason::session_timeout);
  if (settings_.min_rate.read.bytes != 0 || settings_.min_rate.write.bytes != 0) check_min_rates(now);
}

void ServerConnection::check_handshake_deadline() {
  if (stage_ == ConnectionStage::accepted) return;
  if (worker_.stopping && is_expired(read_since_, handshake_grace, worker_.now)) return abort(EndReason::stopping);
  const bool header = stage_ == ConnectionStage::proxy_header;
  const auto limit = header ? timeouts().proxy_header : timeouts().tls_handshake;
  if (is_expired(read_since_, limit, worker_.now))
    abort(header ? EndReason::proxy_header_timeout : EndReason::tls_timeout);
}

// The rates are sampled, so that they cost nothing where bytes move: a wait that two sweeps see counts as one that
// lasted. A message ends when bytes of it are consumed, unless read_exactly() consumes them piece by piece.
void ServerConnection::check_min_rates(TimePoint now) {
  const auto& min = settings_.min_rate;
  const bool begun = !input_.empty() || message_open_;
  const bool reading = min.read.bytes != 0 && waiting_to_read_ && begun;
  const bool sending = min.write.bytes != 0 && waiting_to_write_;
  if (!extras_ && !reading && !sending) return;
  auto& samples = extras();
  // A session sees a TLS record only when it is complete; its encrypted bytes count as they arrive.
  const auto received = tls_ ? tls_->received() : bytes_in_;
  const auto message = message_open_ ? samples.reading.message : bytes_in_ - input_.unread().size();
  check_rate(samples.reading, reading, {TimePoint(), received, message}, min.read, now);
  check_rate(samples.sending, sending, {TimePoint(), bytes_out_ - stream_->pending_output(), 0}, min.write, now);
}

void ServerConnection::check_rate(RateSample& start, bool waits, const RateSample& current, const ByteRate& min,
                                  TimePoint now) {
  if (!waits || start.since == TimePoint::max() || start.message != current.message) {
    start = {waits ? now : TimePoint::max(), current.bytes, current.message};
    return;
  }
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now - start.since);
  const auto moved = static_cast<double>(current.bytes - start.bytes);
  const auto due = static_cast<double>(min.bytes) * (std::chrono::duration<double>(time) / min.per);
  if (time <= settings_.min_rate.grace || moved >= due) return;
  abort(EndReason::min_rate,
        fmt::format("{:.0f} bytes in {:.1f} s", moved, std::chrono::duration<double>(time).count()));
}

}  // namespace portico
