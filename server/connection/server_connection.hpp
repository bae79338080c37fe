#pragma once

#include "protocol/stream.hpp"
#include "server/connection/input_buffer.hpp"
#include "server/connection/worker_context.hpp"
#include "server/endpoint/connection_settings.hpp"

#include <portico/address.hpp>
#include <portico/connection.hpp>
#include <portico/end_reason.hpp>
#include <portico/sender.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace portico {

class SendQueue;
class TlsStream;

using Annotations = std::vector<std::pair<std::string, std::string>>;

// The stages of a connection, in order. Those between accept and session have a deadline of their own.
enum class ConnectionStage : std::uint8_t {
  accepted,
  proxy_header,
  tls_handshake,
  handshake_failed,  // sends the alert, waits for the peer's EOF; nothing else is sent any more
  session,
  lingering,
};

// Current activity of a connection, for snapshots.
enum class Phase : std::uint8_t {
  opening,     // reads the PROXY header, or does the TLS handshake
  waiting,     // for a message to begin
  in_message,  // waits for the rest of a message
  writing,     // waits for the peer to take what is sent
  in_handler,  // runs its session's own code
  lingering,   // everything is sent; waits for the peer's EOF
};
std::string_view to_string(Phase phase);

// One connection, as the server sees it: the author's view (Connection) and everything behind it. Its states, and who
// may call what, are in docs/connection.md. Owned by Connections; the worker's thread only.
class ServerConnection final : public Connection {
 public:
  ServerConnection(std::uint64_t id, Stream& stream, const Address& peer, const ConnectionSettings& settings,
                   WorkerContext& worker);
  ~ServerConnection();

  // --- The author's view: each function is documented in portico/connection.hpp

  asio::awaitable<std::string_view> read() { return receive(1, true); }
  asio::awaitable<std::string_view> fill(std::size_t count) { return receive(count, false); }
  std::optional<std::string_view> try_read();
  std::string_view unread() const { return input_.unread(); }
  void consume(std::size_t count) { input_.consume(count); }
  asio::awaitable<bool> read_exactly(std::span<char> into);
  asio::awaitable<void> send(BufferList list, bool queued = false);
  void finish_writing();
  asio::awaitable<void> start_tls();
  const Address& peer() const { return peer_; }
  Address local() const { return stream_->local(); }
  std::optional<TlsInfo> tls() const { return stream_->tls(); }
  std::uint64_t id() const { return id_; }
  std::string_view endpoint() const { return settings_.endpoint; }
  bool stopping() const { return worker_.stopping; }
  bool ready() const { return worker_.ready; }
  asio::any_io_executor get_executor() const { return worker_.executor; }
  Sender sender();
  void on_abort(std::function<void()> action);
  void annotate(std::string key, std::string value);

  // --- Stages

  // Enters a stage before the session, and starts its deadline.
  void begin_stage(ConnectionStage stage);

  // Does the TLS handshake. Returns false if the peer, or a stopping server, ended before its first byte.
  asio::awaitable<bool> open_tls();

  // Enters the session: starts the first_byte deadline, the duration and the byte counts. Bytes received before, but
  // after the handshakes, are the session's.
  void begin_session();

  // After the session has returned: sends queued messages, shuts down sending, and discards input until the peer's EOF
  // or the linger deadline, so that no reset overtakes the last answer (RFC 9293 section 3.6.1). With a linger of 0s it
  // discards only what has arrived.
  asio::awaitable<void> finish();

  // After the session has thrown: if TLS has failed, by an alert or by an end without close_notify, sends what was
  // answered and then the alert, and waits for the peer as finish() does. Both sides know without a reset that the
  // conversation is incomplete. Does nothing for any other exception.
  asio::awaitable<void> finish_failed_tls();

  // Returns true if the connection has failed, and the peer was told so by TLS: no reset may overtake that.
  bool failed_in_order() const { return extras_ && extras_->failed_in_order; }

  // --- Events from outside the session

  // Ends the connection immediately: pending operations and later ones fail with `reason`. The first reason wins.
  void abort(EndReason reason, std::string message = {});

  // Called when the server begins to drain: a read that waits between messages returns EOF.
  void wake_for_stop();

  // Called by each sweep: aborts if a deadline has passed, or if the peer is slower than `min_rate` allows.
  void check_deadlines();

  // Returns true if no coroutine of this connection runs beside its session. Otherwise the send queue is being written:
  // aborts that, and calls `on_stopped` when it has ended.
  bool stop_send_queue(std::function<void()> on_stopped);

  // --- Facts for the server

  // Records the client that a trusted proxy has named: peer() from now on.
  void set_client_address(const Address& client);

  // Returns the address that connected: the proxy, where one named the peer; else the peer.
  const Address& direct_peer() const { return extras_ && extras_->proxy ? *extras_->proxy : peer_; }

  // Keeps `lease` alive until the connection is destroyed.
  void retain(std::shared_ptr<const void> lease) { extras().lease = std::move(lease); }

  // Takes the slot from the connection of a refused client, for the caller to release. Returns false, and leaves the
  // slot, if the worker has max_farewells such connections.
  bool give_up_slot();
  bool has_slot() const { return !extras_ || !extras_->slot_given_up; }

  // Replaces the timeouts of the settings by others, which outlive the connection.
  void use_timeouts(const Timeouts& timeouts) { extras().timeouts = &timeouts; }

  // Returns the external reason for the end (a deadline, an abort, a stop); nullopt if there is none.
  std::optional<EndReason> end_reason() const;
  std::string_view end_message() const { return extras_ ? std::string_view(extras_->end_message) : std::string_view(); }

  const Annotations& annotations() const;
  const ConnectionSettings& settings() const { return settings_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }
  std::chrono::steady_clock::time_point started_at() const { return started_at_; }
  // Accurate to a sweep.
  std::chrono::steady_clock::time_point last_active() const { return std::max(read_since_, write_since_); }
  Phase phase() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Start of a wait, as the first sweep that saw it did, and the bytes transferred until then.
  struct RateSample {
    TimePoint since = TimePoint::max();
    std::uint64_t bytes = 0;
    std::uint64_t message = 0;  // identifies the message: the bytes consumed before it
  };

  // Rarely needed members, allocated on first use.
  struct Extras {
    Annotations annotations;
    std::string end_message;
    std::shared_ptr<SendQueue> send_queue;
    std::function<void()> on_abort;
    std::function<void()> on_send_queue_stopped;
    std::optional<Address> proxy;
    std::shared_ptr<const void> lease;
    const Timeouts* timeouts = nullptr;
    bool slot_given_up = false;
    bool ends_failed_tls = false;
    bool failed_in_order = false;
    RateSample reading;
    RateSample sending;
  };

  asio::awaitable<std::string_view> receive(std::size_t count, bool consume);
  Stream::Transfer try_receive(std::size_t count);
  void on_received(std::size_t bytes);
  void on_sent(std::size_t bytes);
  void end_output();
  asio::awaitable<void> flush_unsent(Stream& stream);
  asio::awaitable<void> linger();
  void discard_arrived();
  void end_linger();
  asio::awaitable<std::size_t> wait_for_handshake(std::span<char> first);
  asio::awaitable<void> fail_handshake(std::string message);

  // connection_send_queue.cpp
  asio::awaitable<void> acquire_writer();
  const std::shared_ptr<SendQueue>& send_queue();
  asio::awaitable<void> drain_send_queue();
  void on_send_queue_drained(const std::exception_ptr& thrown);
  void start_draining();
  bool has_queued() const;

  // connection_deadlines.cpp
  void check_handshake_deadline();
  void check_min_rates(TimePoint now);
  void check_rate(RateSample& start, bool waits, const RateSample& current, const ByteRate& min, TimePoint now);

  bool ends_for_stop() const;
  bool in_message() const { return !input_.empty() || message_open_ || stream_->has_partial_record(); }
  // Returns true if only the peer's EOF is awaited.
  bool lingering() const { return stage_ == ConnectionStage::lingering || stage_ == ConnectionStage::handshake_failed; }
  void charge_budget(std::size_t bytes);
  bool budget_spent();
  asio::awaitable<void> yield();
  void throw_if_aborted() const;
  [[noreturn]] void fail(const std::error_code& error, const char* operation) const;
  Extras& extras();
  const Timeouts& timeouts() const { return extras_ && extras_->timeouts ? *extras_->timeouts : settings_.timeouts; }

  Stream* stream_;  // the accepted one, or TLS over it
  const ConnectionSettings& settings_;
  WorkerContext& worker_;
  Address peer_;
  std::uint64_t id_;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  TimePoint started_at_;
  TimePoint read_since_;   // when the last read began to wait, a handshake stage began, or lingering began
  TimePoint write_since_;  // when the last write began to wait or, after the peer's EOF, was done
  InputBuffer input_;
  std::unique_ptr<TlsStream> tls_;
  std::unique_ptr<Extras> extras_;
  std::optional<EndReason> abort_reason_;
  ConnectionStage stage_ = ConnectionStage::accepted;
  std::uint8_t budget_used_ = 0;  // operations in a row that did not have to wait, see charge_budget()
  bool more_expected_ = false;    // the last transfer filled its room: try again before waiting
  bool message_open_ = false;     // read_exactly, or a handshake, has begun
  bool waiting_to_read_ = false;
  bool waiting_to_write_ = false;
  bool writing_ = false;         // a write of the session, or of the send queue
  bool draining_queue_ = false;  // the send queue is being written
  bool writer_waiting_ = false;  // the session waits until it may write
  bool peer_ended_ = false;      // the peer's EOF was read
  bool input_stopped_ = false;   // the input was ended because the server stops
  bool output_finished_ = false;
  bool output_ended_ = false;  // shutdown was sent, or will be with what is unsent
  bool linger_over_ = false;   // the peer had its time to end
};

}  // namespace portico
