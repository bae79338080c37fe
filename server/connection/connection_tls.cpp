// How a connection starts TLS: the handshake, over the stream it has had so far.

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_stream.hpp"

#include <portico/connection.hpp>

#include <asio/error.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// Sends what a step of the handshake has written; the deadline of the whole bounds it.
asio::awaitable<void> send_unsent(TlsStream& tls, std::error_code& error) {
  while (!error && tls.pending_output() != 0) {
    co_await tls.write({}, error);
    if (error == asio::error::would_block) error.clear();  // a part is sent
  }
}

std::string broken_text(const std::error_code& error) {
  return "the peer broke the connection inside the handshake: " + error.message();
}

}  // namespace

asio::awaitable<void> Connection::start_tls() {
  check_cut();
  if (!settings_.tls) throw std::logic_error("start_tls() on an endpoint without \"tls\"");
  if (tls_) throw std::logic_error("start_tls() on a connection that speaks TLS");
  if (delivering_) co_await writer_free();
  if (writing_ || output_finished_) throw std::logic_error("start_tls() while writing, or after finish_writing()");
  const bool begun = co_await open_tls();
  if (!begun) {
    if (input_stopped_) throw ConnectionError(EndReason::stopping, "before the TLS handshake");
    throw ConnectionError(EndReason::peer_reset, "the peer ended before the TLS handshake");
  }
  deliver();
}

asio::awaitable<bool> Connection::open_tls() {
  enter(Step::tls_handshake);
  const auto context = settings_.tls->get();
  auto tls = std::make_unique<TlsStream>(*stream_, *context, input_.unread());
  input_.consume(input_.unread().size());
  input_.release();

  std::array<char, TlsStream::most_first_bytes> first;
  std::size_t bytes = 0;
  while (true) {
    const auto error = tls->handshake({first.data(), bytes});
    message_open_ = tls->received() != 0;  // a stop lets a handshake that has begun come to its end
    std::error_code broken;
    co_await send_unsent(*tls, broken);
    check_cut();
    if (!error && !broken) break;
    if (error && error != asio::error::would_block) {
      peer_ended_ = !message_open_ && error == asio::error::eof;
      if (peer_ended_) co_return false;
      if (!message_open_) fail(error, "read");
      auto text = tls->failure_text(error);
      tls.reset();
      co_await handshake_failed(std::move(text));
    }
    if (broken) co_await handshake_failed(broken_text(broken));
    if (ends_for_stop()) {
      input_stopped_ = true;
      co_return false;
    }
    bytes = co_await wait_for_handshake(first);
  }
  message_open_ = false;
  tls_ = std::move(tls);
  stream_ = tls_.get();
  enter(Step::session);
  co_return true;
}

// What comes next; the end of input is left for OpenSSL to meet.
asio::awaitable<std::size_t> Connection::wait_for_handshake(std::span<char> first) {
  std::error_code error;
  waiting_to_read_ = true;
  const auto bytes = co_await stream_->wait(asio::buffer(first.data(), first.size()), error);
  waiting_to_read_ = false;
  check_cut();
  const bool for_stop = error == asio::error::operation_aborted && host_.stopping;
  if (!error || error == asio::error::eof || for_stop) co_return bytes;
  if (!message_open_) fail(error, "read");
  co_await handshake_failed(broken_text(error));
  co_return 0;
}

// In order, so that the alert arrives: nothing of an answer has been sent that could be taken for a whole one.
asio::awaitable<void> Connection::handshake_failed(std::string text) {
  try {
    finish_writing();
    co_await linger();
  } catch (const std::exception&) {
    // The peer is not interested in why.
  }
  throw ConnectionError(EndReason::tls_failed, text);
}

}  // namespace portico
