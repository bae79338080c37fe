#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "server/connection/send_queue.hpp"

#include <portico/connection.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace portico {

namespace {

// A session that never has to wait lets the others of its worker run after so many operations, or so many bytes.
constexpr std::size_t max_immediate = 32;
constexpr std::size_t max_immediate_bytes = 64 * 1024;

}  // namespace

Connection::Connection(std::uint64_t id, Stream& stream, const Address& peer, const ConnectionSettings& settings,
                       WorkerContext& host)
    : stream_(&stream),
      settings_(settings),
      host_(host),
      peer_(peer),
      id_(id),
      since_(std::chrono::steady_clock::now()),
      read_since_(host.now),
      write_since_(host.now),
      input_(host.buffers) {}

Connection::~Connection() {
  if (notes_ && notes_->mailbox) notes_->mailbox->leave();
}

// Every read. Bytes already there cost nothing; else, while more is expected, one try without waiting; else the buffer
// goes back and the stream waits, with only the inline bytes for what comes first.
asio::awaitable<std::string_view> Connection::receive(std::size_t count, bool take) {
  check_cut();
  bool waited = false;  // since bytes came that can be read: what TLS keeps to itself moves no deadline
  while (input_.unread().size() < count && !peer_ended_ && !linger_over_ && (!input_stopped_ || finishing_)) {
    if (must_yield()) co_await let_others_run();

    Stream::Transfer got{0, asio::error::would_block};
    // While stopping too, so that what has arrived before the end is still answered.
    if (more_expected_ || host_.stopping) got = try_receive(count);

    if (got.error == asio::error::would_block) {
      more_expected_ = false;
      if (input_.empty()) input_.release();
      if (ends_for_stop()) {
        input_stopped_ = true;
        break;
      }
      const auto room = input_.empty() ? input_.spare() : input_.prepare(count);
      got.error.clear();
      immediate_ = 0;
      if (!finishing_ && !waited && step_ == Step::session) read_since_ = host_.now;
      waited = true;
      waiting_to_read_ = true;
      got.bytes = co_await stream_->wait(room, got.error);
      waiting_to_read_ = false;
      check_cut();
      const bool told_only = !got.error && got.bytes == 0;
      if (!told_only) got = stream_->on_received(room, got);
      received(got.bytes);
      more_expected_ = told_only || (!got.error && got.bytes == room.size());
      if (got.error == asio::error::would_block) continue;  // a part of a record
      // The wait was ended to look at the stop flag again; while lingering, because the peer had its time.
      if (got.error == asio::error::operation_aborted && host_.stopping && !finishing_) continue;
    }
    if (got.bytes != 0) waited = false;
    // Once all is said it does not matter how the peer ends; many TLS clients leave without close_notify.
    if (got.error == asio::error::eof || (got.error && finishing_)) {
      peer_ended_ = true;
      read_since_ = host_.now;  // the half_closed deadline begins
    } else if (got.error) {
      fail(got.error, "read");
    }
  }
  const auto unread = input_.unread();
  if (take) input_.consume(unread.size());
  co_return unread;
}

std::optional<std::string_view> Connection::try_read() {
  check_cut();
  if (input_.empty() && !peer_ended_ && !input_stopped_) {
    const auto got = try_receive(1);
    if (got.bytes == 0) input_.release();
    if (got.error == asio::error::would_block) {
      if (!ends_for_stop()) return std::nullopt;
      input_stopped_ = true;
    } else if (got.error == asio::error::eof) {
      peer_ended_ = true;
      read_since_ = host_.now;
    } else if (got.error) {
      fail(got.error, "read");
    }
  }
  const auto unread = input_.unread();
  input_.consume(unread.size());
  return unread;
}

Stream::Transfer Connection::try_receive(std::size_t count) {
  const auto room = input_.prepare(count);
  const auto got = stream_->try_read(room);
  received(got.bytes);
  if (!got.error) {
    did_at_once(got.bytes);
    more_expected_ = got.bytes == room.size();
  }
  return got;
}

void Connection::received(std::size_t bytes) {
  input_.commit(bytes);
  bytes_in_ += bytes;
}

asio::awaitable<bool> Connection::read_exactly(std::span<char> into) {
  struct Mark {
    Connection& connection;
    ~Mark() {
      connection.message_open_ = false;
      if (connection.notes_) connection.notes_->reading = {};  // the next one is another message
    }
  } mark{*this};

  std::size_t done = 0;
  while (done < into.size()) {
    const auto bytes = co_await receive(1, false);
    if (bytes.empty()) {
      if (done == 0) co_return false;
      throw ConnectionError(EndReason::peer_reset, "the input ended inside a message: " + std::to_string(done) +
                                                       " of " + std::to_string(into.size()) + " bytes");
    }
    const auto taken = std::min(bytes.size(), into.size() - done);
    std::memcpy(into.data() + done, bytes.data(), taken);
    input_.consume(taken);
    done += taken;
    message_open_ = true;
  }
  co_return true;
}

// Every write, a session's or that of its mailbox: tried at once, then awaited.
asio::awaitable<void> Connection::send(Gather gather, bool mail) {
  check_cut();
  if (delivering_ && !mail) co_await writer_free();
  if (writing_) throw std::logic_error("a second write while one is under way on the same connection");
  if (output_finished_ && !mail) throw std::logic_error("a write after finish_writing()");

  std::span<asio::const_buffer> rest(gather.parts.data(), gather.count);
  // Drops what was sent and what is empty: an empty send would look like a peer that takes nothing.
  const auto advance = [&rest](std::size_t bytes) {
    while (!rest.empty() && bytes >= rest.front().size()) {
      bytes -= rest.front().size();
      rest = rest.subspan(1);
    }
    if (!rest.empty()) rest.front() += bytes;
  };

  advance(0);
  if (rest.empty()) co_return;
  {
    writing_ = true;  // before others run: they could start a delivery
    struct Mark {
      bool& writing;
      ~Mark() { writing = false; }
    } mark{writing_};

    if (must_yield()) co_await let_others_run();
    auto done = stream_->try_write(rest);
    sent(done.bytes);
    advance(done.bytes);
    did_at_once(done.bytes);
    while (!rest.empty() || done.error == asio::error::would_block) {
      if (done.error && done.error != asio::error::would_block) fail(done.error, "write");
      done.error.clear();
      immediate_ = 0;
      write_since_ = host_.now;
      waiting_to_write_ = true;
      done.bytes = co_await stream_->write(rest, done.error);
      waiting_to_write_ = false;
      check_cut();
      sent(done.bytes);
      advance(done.bytes);
    }
    if (done.error && done.error != asio::error::would_block) fail(done.error, "write");
  }
  if (notes_) deliver();
}

void Connection::sent(std::size_t bytes) {
  bytes_out_ += bytes;
  if (peer_ended_) write_since_ = host_.now;
}

void Connection::finish_writing() {
  check_cut();
  if (std::exchange(output_finished_, true)) return;
  if (notes_ && notes_->mailbox) notes_->mailbox->close();
  // What was promised to others goes first.
  if (has_mail() || delivering_) return deliver();
  end_output();
}

void Connection::end_output() {
  if (std::exchange(output_ended_, true)) return;
  const auto error = stream_->finish_writing();
  if (!error) return;
  if (error != asio::error::would_block) fail(error, "finish_writing");
  mailbox();  // its delivery sends it, as soon as the peer makes room
  deliver();
}

// Sends what the stream has taken and not sent yet.
asio::awaitable<void> Connection::flush(Stream& stream) {
  std::error_code error = asio::error::would_block;
  while (error == asio::error::would_block) {
    error.clear();
    write_since_ = host_.now;
    waiting_to_write_ = true;
    co_await stream.write({}, error);
    waiting_to_write_ = false;
    check_cut();
  }
  if (error) fail(error, "write");
}

void Connection::annotate(std::string key, std::string value) {
  auto& all = notes().annotations;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& pair) { return pair.first == key; });
  if (found != all.end()) {
    found->second = std::move(value);
  } else {
    all.emplace_back(std::move(key), std::move(value));
  }
}

const Annotations& Connection::annotations() const {
  static const Annotations none;
  return notes_ ? notes_->annotations : none;
}

Connection::Notes& Connection::notes() {
  if (!notes_) notes_ = std::make_unique<Notes>();
  return *notes_;
}

void Connection::did_at_once(std::size_t bytes) {
  const auto weight = 1 + bytes / (max_immediate_bytes / max_immediate);
  immediate_ = static_cast<std::uint8_t>(std::min(max_immediate, immediate_ + weight));
}

// True when enough was done in a row; then the caller lets others run.
bool Connection::must_yield() {
  if (immediate_ < max_immediate) return false;
  immediate_ = 0;
  return true;
}

// A cut meanwhile found no operation to end, so nothing else would tell the next one of it.
asio::awaitable<void> Connection::let_others_run() {
  co_await asio::post(host_.executor, asio::use_awaitable);
  check_cut();
}

void Connection::check_cut() const {
  if (cut_reason_) throw ConnectionError(*cut_reason_, std::string(end_text()));
}

void Connection::fail(const std::error_code& error, const char* operation) const {
  check_cut();
  if (const auto reason = tls_end_reason(error)) throw ConnectionError(*reason, error.message());
  throw std::system_error(error, operation);
}

}  // namespace portico
