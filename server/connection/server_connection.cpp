#include "server/connection/server_connection.hpp"

#include "base/assert.hpp"
#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "server/connection/scoped_flag.hpp"
#include "server/connection/send_queue.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace portico {

namespace {

// A session that never has to wait yields to the others of its worker after this many operations, or bytes.
constexpr std::size_t operation_budget = 32;
constexpr std::size_t byte_budget = 64 * 1024;

}  // namespace

ServerConnection::ServerConnection(std::uint64_t id, Stream& stream, const Address& peer,
                                   const ConnectionSettings& settings, WorkerContext& worker)
    : stream_(&stream),
      settings_(settings),
      worker_(worker),
      peer_(peer),
      id_(id),
      started_at_(std::chrono::steady_clock::now()),
      read_since_(worker.now),
      write_since_(worker.now),
      input_(worker.buffers) {}

ServerConnection::~ServerConnection() {
  if (extras_ && extras_->send_queue) extras_->send_queue->detach();
  if (!has_slot()) --worker_.farewells;
}

// Serves every read. Bytes that are unread already cost nothing; else, while more is expected, one try without waiting;
// else the buffer is released and the stream waits, with only the inline bytes for what comes first.
asio::awaitable<std::string_view> ServerConnection::receive(std::size_t count, bool consume) {
  PORTICO_ASSERT(worker_.on_thread() && !waiting_to_read_);  // one read at a time
  throw_if_aborted();
  bool waited = false;  // since readable bytes came: records of TLS without application data move no deadline
  while (input_.unread().size() < count && !peer_ended_ && !linger_over_ && (!input_stopped_ || lingering())) {
    if (budget_spent()) co_await yield();

    Stream::Transfer got{0, asio::error::would_block};
    // While stopping too, so that a message that has arrived is still answered.
    if (more_expected_ || worker_.stopping) got = try_receive(count);

    if (got.error == asio::error::would_block) {
      more_expected_ = false;
      if (input_.empty()) input_.release();
      if (ends_for_stop()) {
        input_stopped_ = true;
        break;
      }
      const auto room = input_.empty() ? input_.free_space() : input_.prepare(count);
      got.error.clear();
      budget_used_ = 0;
      if (!lingering() && !waited && stage_ == ConnectionStage::session) read_since_ = worker_.now;
      waited = true;
      {
        const ScopedFlag waiting(waiting_to_read_);
        got.bytes = co_await stream_->wait(room, got.error);
      }
      throw_if_aborted();
      const bool readiness_only = !got.error && got.bytes == 0;
      if (!readiness_only) got = stream_->on_received(room, got);
      on_received(got.bytes);
      more_expected_ = readiness_only || (!got.error && got.bytes == room.size());
      if (got.error == asio::error::would_block) continue;  // a partial record
      // The wait was cancelled to check the stop flag again (while lingering: because the peer had its time).
      if (got.error == asio::error::operation_aborted && worker_.stopping && !lingering()) continue;
    }
    if (got.bytes != 0) waited = false;
    // While lingering it does not matter how the peer ends; many TLS clients leave without close_notify.
    if (got.error == asio::error::eof || (got.error && lingering())) {
      peer_ended_ = true;
      read_since_ = worker_.now;  // the half_closed deadline begins
    } else if (got.error) {
      fail(got.error, "read");
    }
  }
  const auto unread = input_.unread();
  if (consume) input_.consume(unread.size());
  co_return unread;
}

std::optional<std::string_view> ServerConnection::try_read() {
  PORTICO_ASSERT(worker_.on_thread() && !waiting_to_read_);
  throw_if_aborted();
  if (input_.empty() && !peer_ended_ && !input_stopped_) {
    const auto got = try_receive(1);
    if (got.bytes == 0) input_.release();
    if (got.error == asio::error::would_block) {
      if (!ends_for_stop()) return std::nullopt;
      input_stopped_ = true;
    } else if (got.error == asio::error::eof) {
      peer_ended_ = true;
      read_since_ = worker_.now;
    } else if (got.error) {
      fail(got.error, "read");
    }
  }
  const auto unread = input_.unread();
  input_.consume(unread.size());
  return unread;
}

Stream::Transfer ServerConnection::try_receive(std::size_t count) {
  const auto room = input_.prepare(count);
  const auto got = stream_->try_read(room);
  on_received(got.bytes);
  if (!got.error) {
    charge_budget(got.bytes);
    more_expected_ = got.bytes == room.size();
  }
  return got;
}

void ServerConnection::on_received(std::size_t bytes) {
  input_.commit(bytes);
  bytes_in_ += bytes;
}

asio::awaitable<bool> ServerConnection::read_exactly(std::span<char> into) {
  struct MessageScope {
    ServerConnection& connection;
    ~MessageScope() {
      connection.message_open_ = false;
      if (connection.extras_) connection.extras_->reading = {};  // the next one is another message
    }
  } scope{*this};

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

// Serves every write, the session's and those of its send queue: tried immediately, then awaited.
asio::awaitable<void> ServerConnection::send(BufferList list, bool queued) {
  PORTICO_ASSERT(worker_.on_thread());
  throw_if_aborted();
  if (draining_queue_ && !queued) co_await acquire_writer();
  if (writing_) throw std::logic_error("a second write while one is under way on the same connection");
  if (output_finished_ && !queued) throw std::logic_error("a write after finish_writing()");

  std::span<asio::const_buffer> rest(list.buffers.data(), list.count);
  // Drops sent buffers and empty ones: an empty send would look like a peer that takes nothing.
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
    const ScopedFlag writing(writing_);  // before others run: they could start to drain the send queue

    if (budget_spent()) co_await yield();
    auto done = stream_->try_write(rest);
    on_sent(done.bytes);
    advance(done.bytes);
    charge_budget(done.bytes);
    while (!rest.empty() || done.error == asio::error::would_block) {
      if (done.error && done.error != asio::error::would_block) fail(done.error, "write");
      done.error.clear();
      budget_used_ = 0;
      write_since_ = worker_.now;
      PORTICO_ASSERT(!waiting_to_write_);  // one write at a time
      {
        const ScopedFlag waiting(waiting_to_write_);
        done.bytes = co_await stream_->write(rest, done.error);
      }
      throw_if_aborted();
      on_sent(done.bytes);
      advance(done.bytes);
    }
    if (done.error && done.error != asio::error::would_block) fail(done.error, "write");
  }
  if (extras_) start_draining();
}

void ServerConnection::on_sent(std::size_t bytes) {
  bytes_out_ += bytes;
  if (peer_ended_) write_since_ = worker_.now;
}

void ServerConnection::finish_writing() {
  PORTICO_ASSERT(worker_.on_thread());
  throw_if_aborted();
  if (std::exchange(output_finished_, true)) return;
  if (extras_ && extras_->send_queue) extras_->send_queue->close();
  // Queued messages were accepted before: they go first.
  if (has_queued() || draining_queue_) return start_draining();
  end_output();
}

void ServerConnection::end_output() {
  if (std::exchange(output_ended_, true)) return;
  const auto error = stream_->finish_writing();
  if (!error) return;
  if (error != asio::error::would_block) fail(error, "finish_writing");
  send_queue();  // draining it sends the shutdown, as soon as the peer makes room
  start_draining();
}

// Sends what the stream has accepted and not sent yet.
asio::awaitable<void> ServerConnection::flush_unsent(Stream& stream) {
  std::error_code error = asio::error::would_block;
  while (error == asio::error::would_block) {
    error.clear();
    write_since_ = worker_.now;
    PORTICO_ASSERT(!waiting_to_write_);
    {
      const ScopedFlag waiting(waiting_to_write_);
      co_await stream.write({}, error);
    }
    throw_if_aborted();
  }
  if (error) fail(error, "write");
}

void ServerConnection::annotate(std::string key, std::string value) {
  PORTICO_ASSERT(worker_.on_thread());
  auto& all = extras().annotations;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& pair) { return pair.first == key; });
  if (found != all.end()) {
    found->second = std::move(value);
  } else {
    all.emplace_back(std::move(key), std::move(value));
  }
}

const Annotations& ServerConnection::annotations() const {
  static const Annotations none;
  return extras_ ? extras_->annotations : none;
}

ServerConnection::Extras& ServerConnection::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

void ServerConnection::charge_budget(std::size_t bytes) {
  const auto weight = 1 + bytes / (byte_budget / operation_budget);
  budget_used_ = static_cast<std::uint8_t>(std::min(operation_budget, budget_used_ + weight));
}

// Returns true when the budget of operations in a row is used up: the caller yields.
bool ServerConnection::budget_spent() {
  if (budget_used_ < operation_budget) return false;
  budget_used_ = 0;
  return true;
}

// An abort meanwhile found no pending operation to fail, so it is checked for here.
asio::awaitable<void> ServerConnection::yield() {
  co_await asio::post(worker_.executor, asio::use_awaitable);
  throw_if_aborted();
}

void ServerConnection::throw_if_aborted() const {
  if (abort_reason_) throw ConnectionError(*abort_reason_, std::string(end_message()));
}

void ServerConnection::fail(const std::error_code& error, const char* operation) const {
  throw_if_aborted();
  if (const auto reason = tls_end_reason(error)) throw ConnectionError(*reason, error.message());
  throw std::system_error(error, operation);
}

}  // namespace portico
