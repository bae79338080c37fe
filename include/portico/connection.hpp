#pragma once

#include "config/settings/min_rate.hpp"
#include "config/settings/timeouts.hpp"
#include "protocol/stream.hpp"
#include "server/connection/input_buffer.hpp"

#include <portico/address.hpp>
#include <portico/end_reason.hpp>
#include <portico/tls_info.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {

class CurrentTlsContext;
class SendQueue;
class Sender;
class TlsStream;

using Annotations = std::vector<std::pair<std::string, std::string>>;

// What every connection of one endpoint shares. Immutable; outlives the connection.
struct ConnectionSettings {
  std::string endpoint;
  std::string handler;
  Timeouts timeouts{};
  MinRate min_rate{};
  std::size_t send_queue = 64 * 1024;              // bytes of messages that may wait in the mailbox of a Sender
  std::shared_ptr<const CurrentTlsContext> tls{};  // null: no TLS can be started
};

// What a connection is at; each has a deadline of its own until the session begins.
enum class Step : std::uint8_t { proxy_header, tls_handshake, session };

// What a connection is doing.
enum class Phase : std::uint8_t {
  opening,     // the PROXY header or the TLS handshake
  waiting,     // for a message to begin
  in_message,  // for the rest of a message
  writing,     // for the peer to take what is sent
  working,     // in its session's own code
  lingering,   // everything is sent; for the peer to end its side
};
std::string_view to_string(Phase phase);

// How often a worker looks at the deadlines of its connections.
inline constexpr std::chrono::milliseconds sweep_period{250};

// What every connection of one worker shares. Owned by the worker, outlives its connections; the worker's thread only.
struct WorkerContext {
  asio::any_io_executor executor;
  BufferPool buffers;
  std::chrono::steady_clock::time_point now;  // of the last sweep, so that a deadline costs a store and no clock call
  bool stopping = false;
  bool ready = true;                               // false from the order to stop on, while the server still accepts
  std::chrono::steady_clock::time_point before{};  // of the sweep before

  void begin_sweep(std::chrono::steady_clock::time_point time) { before = std::exchange(now, time); }
};

// One client, as its session sees it. Made and destroyed by the server; used only on the worker's thread that runs the
// session (get_executor()). End of input is a value. A broken network (std::system_error), a deadline, a cut, a message
// over its maximum and an end of TLS without close_notify (ConnectionError) are exceptions, which a session lets pass.
class Connection {
 public:
  Connection(std::uint64_t id, Stream& stream, const Address& peer, const ConnectionSettings& settings,
             WorkerContext& host);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // --- for sessions: reading

  // The bytes that have arrived, at least one, taken as read; empty at the end of input: the peer's FIN (over TLS its
  // close_notify), or between messages a stopping server. Valid until the next read, fill or read_exactly.
  asio::awaitable<std::string_view> read() { return receive(1, true); }

  // Waits until `count` unread bytes are there, and shows all that are unread; fewer than `count` only at the end of
  // input. Takes nothing: consume() does. `count` is bounded by the caller. Valid until the next read or fill.
  asio::awaitable<std::string_view> fill(std::size_t count) { return receive(count, false); }

  // As read(), but without waiting: nothing if read() would wait. For sessions that send on their own account.
  std::optional<std::string_view> try_read();

  // What is unread, without waiting.
  std::string_view unread() const { return input_.unread(); }

  // Takes the first `count` unread bytes. They stay where they are until the next read or fill.
  void consume(std::size_t count) { input_.consume(count); }

  // Fills `into` completely and returns true; false if the input ended before its first byte. An end in the middle is
  // a ConnectionError (peer_reset).
  asio::awaitable<bool> read_exactly(std::span<char> into);

  // --- for sessions: writing

  // Sends all of the given texts or buffers, in order, gathered into one system call where the system takes it.
  // Returns when the system has taken everything; the arguments must live that long, which temporaries in the awaited
  // expression do. One write at a time.
  template <typename... Parts>
  asio::awaitable<void> write(const Parts&... parts) {
    static_assert(sizeof...(parts) <= max_parts, "write in two calls");
    return send(Gather{{as_buffer(parts)...}, sizeof...(parts)});
  }

  // Ends our side: the peer reads the end after all that was written. Reading goes on (half-close).
  void finish_writing();

  // Starts TLS on an endpoint whose `tls.start` is "by_session" (STARTTLS): what is unread, and all that comes, belongs
  // to the handshake. Nothing may be written meanwhile; messages of Senders wait. A failed handshake is a
  // ConnectionError (tls_failed, tls_timeout); std::logic_error if the endpoint has no `tls`, or TLS has begun.
  asio::awaitable<void> start_tls();

  // --- for sessions: facts

  const Address& peer() const { return peer_; }
  Address local() const { return stream_->local(); }
  std::optional<TlsInfo> tls() const { return stream_->tls(); }     // nothing without TLS
  std::uint64_t id() const { return id_; }                          // unique in this process, from 1
  std::string_view endpoint() const { return settings_.endpoint; }  // its name in the configuration
  bool stopping() const { return host_.stopping; }                  // the server wants to end: no new work
  bool ready() const { return host_.ready; }  // false as soon as the server was told to stop: for health checks
  asio::any_io_executor get_executor() const { return host_.executor; }

  // A handle through which other sessions, and any thread, send messages to this client: see sender.hpp.
  Sender sender();

  // For a session that waits for something of its own (a timer, another socket): `action` is called, once, on the
  // connection's thread when the connection is cut, and should end that wait. An empty one takes it back.
  void on_abort(std::function<void()> action);

  // Puts a fact into the log: shown in the `closed` line. A key given again is replaced.
  void annotate(std::string key, std::string value);

  // --- for the server

  // A step begins, and its deadline.
  void enter(Step step);

  // The TLS handshake. False: the peer, or a stopping server, ended before its first byte.
  asio::awaitable<bool> open_tls();

  // The handshakes are over; the session begins and with it the first_byte deadline. What is counted begins here too.
  void opened();

  // A trusted proxy has said whose connection this is: peer() from now on.
  void announced(const Address& client);

  // Who has connected: the proxy, where one announced the peer; else the peer.
  const Address& accepted_from() const { return notes_ && notes_->proxy ? *notes_->proxy : peer_; }

  // Keeps `held` alive until the connection has gone.
  void keep(std::shared_ptr<const void> held) { notes().held = std::move(held); }

  // After the session has returned: sends the messages that still wait, ends our side, and discards what the peer
  // sends until its end or the linger deadline, so that no reset overtakes the last answer (RFC 9293 section 3.6.1).
  asio::awaitable<void> finish();

  // Ends the connection from outside the session, at once: operations under way and later ones fail.
  void cut(EndReason reason, std::string text = {});

  // The server stops: a read that waits between messages returns the end of input.
  void wake_for_stop();

  // In a sweep: cuts if a deadline has passed, or if the peer is slower than it may be.
  void expire();

  // True if nothing of this connection runs beside its session. Otherwise (a message is being sent) that is cancelled,
  // and `then` is called when it has ended.
  bool quiet(std::function<void()> then);

  // Why the session could not go on to its own end; empty while nothing stands against it.
  std::optional<EndReason> end_reason() const;
  std::string_view end_text() const { return notes_ ? std::string_view(notes_->end_text) : std::string_view(); }

  const Annotations& annotations() const;
  const ConnectionSettings& settings() const { return settings_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }
  std::chrono::steady_clock::time_point since() const { return since_; }
  std::chrono::steady_clock::time_point active() const { return std::max(read_since_, write_since_); }  // a sweep exact
  Phase phase() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // When the sweep first saw a wait that still lasts, and how many bytes had moved then.
  struct Pace {
    TimePoint since = TimePoint::max();
    std::uint64_t bytes = 0;
    std::uint64_t message = 0;  // which message: how many bytes had been taken
  };

  // Rarely needed, so allocated when it is.
  struct Notes {
    Annotations annotations;
    std::string end_text;
    std::shared_ptr<SendQueue> mailbox;
    std::function<void()> on_abort;
    std::function<void()> when_quiet;
    std::optional<Address> proxy;
    std::shared_ptr<const void> held;
    Pace reading;
    Pace taking;
  };

  static constexpr std::size_t max_parts = 8;
  struct Gather {
    std::array<asio::const_buffer, max_parts> parts;
    std::size_t count;
  };
  static asio::const_buffer as_buffer(std::string_view text) { return {text.data(), text.size()}; }
  static asio::const_buffer as_buffer(std::span<const std::byte> bytes) { return {bytes.data(), bytes.size()}; }
  static asio::const_buffer as_buffer(const asio::const_buffer& buffer) { return buffer; }

  asio::awaitable<std::string_view> receive(std::size_t count, bool take);
  asio::awaitable<void> send(Gather gather, bool mail = false);
  asio::awaitable<void> writer_free();
  const std::shared_ptr<SendQueue>& mailbox();
  asio::awaitable<void> deliver_mail();
  asio::awaitable<void> flush(Stream& stream);
  asio::awaitable<void> linger();
  asio::awaitable<std::size_t> wait_for_handshake(std::span<char> first);
  asio::awaitable<void> handshake_failed(std::string text);
  void mail_delivered(const std::exception_ptr& thrown);
  void deliver();
  bool has_mail() const;
  void end_output();
  void end_linger();
  Stream::Transfer try_receive(std::size_t count);
  void received(std::size_t bytes);
  void sent(std::size_t bytes);
  bool ends_for_stop() const;
  void did_at_once(std::size_t bytes);
  bool must_yield();
  asio::awaitable<void> let_others_run();
  bool in_message() const { return !input_.empty() || message_open_ || stream_->has_partial_record(); }
  void expire_step();
  void expire_rates(TimePoint now);
  void check_pace(Pace& start, bool waits, const Pace& now_at, const ByteRate& least, TimePoint now);
  void check_cut() const;
  [[noreturn]] void fail(const std::error_code& error, const char* operation) const;
  Notes& notes();

  Stream* stream_;  // the one below, or TLS over it
  const ConnectionSettings& settings_;
  WorkerContext& host_;
  Address peer_;
  std::uint64_t id_;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  TimePoint since_;
  TimePoint read_since_;   // the last read began to wait, or the step before the session, or we began to linger
  TimePoint write_since_;  // the last write began to wait, or, after the peer's end, was done
  InputBuffer input_;
  std::unique_ptr<TlsStream> tls_;
  std::unique_ptr<Notes> notes_;
  std::optional<EndReason> cut_reason_;
  Step step_ = Step::session;
  std::uint8_t immediate_ = 0;  // what was done in a row without having to wait: see did_at_once()
  bool more_expected_ = false;  // the last transfer filled its room: try again before waiting
  bool message_open_ = false;   // read_exactly, or a handshake, has begun
  bool waiting_to_read_ = false;
  bool waiting_to_write_ = false;
  bool writing_ = false;        // a session's write, or the delivery of a mailbox
  bool delivering_ = false;     // the mailbox is being sent
  bool writer_wanted_ = false;  // the session waits until it may write
  bool peer_ended_ = false;     // the peer's FIN was read
  bool input_stopped_ = false;  // the input was ended because the server stops
  bool output_finished_ = false;
  bool output_ended_ = false;  // the stream was told
  bool finishing_ = false;     // the session is over, lingering
  bool linger_over_ = false;   // the peer had its time to end its side
};

}  // namespace portico
