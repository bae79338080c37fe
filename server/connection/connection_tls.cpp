// TLS of a connection: the handshake, over the stream it has had so far.

#include "base/assert.hpp"
#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_stream.hpp"
#include "server/connection/scoped_flag.hpp"
#include "server/connection/server_connection.hpp"

#include <asio/error.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// Sends the output of one step of the handshake; the deadline of the handshake bounds it.
asio::awaitable<void> send_unsent(TlsStream& tls, std::error_code& error) {
  while (!error && tls.pending_output() != 0) {
    co_await tls.write({}, error);
    if (error == asio::error::would_block) error.clear();  // partly sent
  }
}

std::string broken_message(const std::error_code& error) {
  return "the peer broke the connection inside the handshake: " + error.message();
}

}  // namespace

asio::awaitable<void> ServerConnection::start_tls() {
  throw_if_aborted();
  if (!settings_.tls) throw std::logic_error("start_tls() on an endpoint without \"tls\"");
  if (tls_) throw std::logic_error("start_tls() on a connection that speaks TLS");
  if (draining_queue_) co_await acquire_writer();
  if (writing_ || output_finished_) throw std::logic_error("start_tls() while writing, or after finish_writing()");
  const bool begun = co_await open_tls();
  if (!begun) {
    if (input_stopped_) throw ConnectionError(EndReason::stopping, "before the TLS handshake");
    throw ConnectionError(EndReason::peer_reset, "the peer ended before the TLS handshake");
  }
  start_draining();
}

asio::awaitable<bool> ServerConnection::open_tls() {
  begin_stage(ConnectionStage::tls_handshake);
  const auto context = settings_.tls->get();
  auto tls = std::make_unique<TlsStream>(*stream_, *context, input_.unread());
  input_.consume(input_.unread().size());
  input_.release();

  std::array<char, TlsStream::max_first_bytes> first;
  std::size_t bytes = 0;
  while (true) {
    const auto error = tls->handshake({first.data(), bytes});
    message_open_ = tls->received() != 0;  // a stop lets a handshake that has begun complete
    std::error_code broken;
    co_await send_unsent(*tls, broken);
    throw_if_aborted();
    if (!error && !broken) break;
    if (error && error != asio::error::would_block) {
      peer_ended_ = !message_open_ && error == asio::error::eof;
      if (peer_ended_) co_return false;
      if (!message_open_) fail(error, "read");
      auto message = tls->handshake_error(error);
      tls.reset();
      co_await fail_handshake(std::move(message));
    }
    if (broken) co_await fail_handshake(broken_message(broken));
    if (ends_for_stop()) {
      input_stopped_ = true;
      co_return false;
    }
    bytes = co_await wait_for_handshake(first);
  }
  message_open_ = false;
  tls_ = std::move(tls);
  stream_ = tls_.get();
  begin_stage(ConnectionStage::session);
  co_return true;
}

// Waits for the next bytes. EOF is passed on to OpenSSL, which reports it.
asio::awaitable<std::size_t> ServerConnection::wait_for_handshake(std::span<char> first) {
  std::error_code error;
  PORTICO_ASSERT(worker_.on_thread() && !waiting_to_read_);
  std::size_t bytes = 0;
  {
    const ScopedFlag waiting(waiting_to_read_);
    bytes = co_await stream_->wait(asio::buffer(first.data(), first.size()), error);
  }
  throw_if_aborted();
  const bool for_stop = error == asio::error::operation_aborted && worker_.stopping;
  if (!error || error == asio::error::eof || for_stop) co_return bytes;
  if (!message_open_) fail(error, "read");
  co_await fail_handshake(broken_message(error));
  co_return 0;
}

// Ends in order, so that the alert arrives: no part of an answer was sent that could look complete.
asio::awaitable<void> ServerConnection::fail_handshake(std::string message) {
  try {
    begin_stage(ConnectionStage::handshake_failed);  // before the alert: queued messages must not follow in the clear
    finish_writing();
    co_await linger();
    extras().failed_in_order = true;
  } catch (const std::exception&) {
    // The peer has reset: it does not want the alert.
  }
  throw ConnectionError(EndReason::tls_failed, message);
}

}  // namespace portico
