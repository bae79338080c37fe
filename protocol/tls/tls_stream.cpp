#include "protocol/tls/tls_stream.hpp"

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_identity.hpp"
#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_tickets.hpp"

#include <asio/error.hpp>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace portico {

namespace {

// Maximum plaintext of a record (RFC 8446 section 5.1).
constexpr std::size_t record_size = 16 * 1024;

// An awaitable that is ready immediately.
asio::awaitable<std::size_t> no_wait() { co_return 0; }

std::string string_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// Returns the bytes of the next record, after the first `done` bytes of `from`: in place if they are contiguous, else
// copied into `gathered`.
asio::const_buffer next_record(std::span<const asio::const_buffer> from, std::size_t done,
                               std::array<char, record_size>& gathered) {
  std::size_t size = 0;
  for (const auto& buffer : from) {
    const auto skipped = std::min(done, buffer.size());
    done -= skipped;
    const auto rest = asio::buffer(buffer + skipped, record_size - size);
    const bool last = &buffer == &from.back();
    if (size == 0 && (last || rest.size() == record_size)) return rest;
    if (rest.size() != 0) std::memcpy(gathered.data() + size, rest.data(), rest.size());
    size += rest.size();
  }
  return {gathered.data(), size};
}

}  // namespace

void TlsStream::SslDeleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(Stream& next_layer, const TlsContext& context, std::string_view preread)
    : transport_(next_layer, preread), ssl_(context.new_connection()) {
  BIO* bio = transport_.new_bio();
  SSL_set_bio(ssl_.get(), bio, bio);  // one reference serves both
}

TlsStream::~TlsStream() = default;

std::error_code TlsStream::handshake(std::string_view first) {
  transport_.set_input(first);
  transport_.reset_read_budget();
  transport_.cork();
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  transport_.flush();
  ticket_due_ = result == 1 && issues_tickets(ssl_.get());
  auto error = result == 1 ? std::error_code() : ssl_error(result);
  if (error == tls_truncated() && received() == 0) error = asio::error::eof;  // closed before the handshake
  transport_.save_unread();
  has_buffered_ = SSL_has_pending(ssl_.get()) == 1;
  // In TLS 1.3 nothing answers the client's last flight, so its first bytes could wait for a delayed acknowledgement.
  if (result == 1 && SSL_version(ssl_.get()) == TLS1_3_VERSION && !has_buffered_ && !transport_.has_unread())
    transport_.next_layer().acknowledge_input();
  return error;
}

Stream::Transfer TlsStream::try_read(asio::mutable_buffer into) {
  if (discards_input_) return discard(into);
  if (failure_) return {0, failure_};
  ERR_clear_error();
  Transfer done;
  transport_.reset_read_budget();
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &done.bytes);
  if (result != 1) done = {0, ssl_error(result)};
  // After would_block OpenSSL may hold an incomplete record, which only more bytes of the next layer can complete.
  has_buffered_ = !done.error && SSL_has_pending(ssl_.get()) == 1;
  return done;
}

// Waits only if OpenSSL and the transport hold no bytes, and there is no failure to report. The next layer reads
// ciphertext into `first`.
asio::awaitable<std::size_t> TlsStream::wait(asio::mutable_buffer first, std::error_code& error) {
  if (has_buffered_ || transport_.has_unread() || (failure_ && !discards_input_)) return no_wait();
  return transport_.next_layer().wait(asio::buffer(first, max_first_bytes), error);
}

// Passes EOF on to OpenSSL, which knows if close_notify came before it.
Stream::Transfer TlsStream::on_received(asio::mutable_buffer first, const Transfer& transfer) {
  if (transfer.error && (transfer.error != asio::error::eof || discards_input_)) return transfer;
  if (discards_input_) return {0, asio::error::would_block};
  std::array<char, max_first_bytes> encrypted;
  std::memcpy(encrypted.data(), first.data(), transfer.bytes);
  transport_.set_input({encrypted.data(), transfer.bytes});
  const auto done = try_read(first);
  transport_.save_unread();
  return done;
}

void TlsStream::discard_input() {
  if (!failure_) return;
  discards_input_ = true;
  has_buffered_ = false;
  transport_.drop_unread();
}

Stream::Transfer TlsStream::discard(asio::mutable_buffer into) {
  const auto got = transport_.next_layer().try_read(into);
  return {0, got.error ? got.error : asio::error::would_block};
}

// Hands the ticket to the transport, which sends it in one piece with the record that follows. An error stays for that
// record's write to meet. OpenSSL refuses a ticket while the peer is inside a handshake message.
void TlsStream::write_ticket() {
  if (SSL_new_session_ticket(ssl_.get()) != 1) return;
  ticket_due_ = false;
  transport_.cork();
  SSL_do_handshake(ssl_.get());
  transport_.uncork();
}

// Encrypts record by record, until the next layer accepts no more.
Stream::Transfer TlsStream::try_write(std::span<const asio::const_buffer> from) {
  Transfer done;
  std::array<char, record_size> gathered;
  while (transport_.pending_output() == 0) {
    const auto record = next_record(from, done.bytes, gathered);
    if (record.size() == 0) return done;
    if (failure_) return {done.bytes, failure_};
    ERR_clear_error();
    if (ticket_due_) write_ticket();
    std::size_t bytes = 0;
    const int result = SSL_write_ex(ssl_.get(), record.data(), record.size(), &bytes);
    if (result != 1) return {done.bytes, write_error(result)};
    done.bytes += bytes;
  }
  done.error = asio::error::would_block;
  return done;
}

asio::awaitable<std::size_t> TlsStream::write(std::span<const asio::const_buffer> from, std::error_code& error) {
  if (transport_.pending_output() != 0) {
    co_await transport_.write_pending(error);
    if (!error && transport_.pending_output() != 0) error = asio::error::would_block;
    if (error) co_return 0;
  }
  if (std::exchange(finish_after_flush_, false)) error = transport_.next_layer().finish_writing();
  const auto done = try_write(from);
  if (done.error) error = done.error;
  co_return done.bytes;
}

// OpenSSL counts a partial record as pending, except right after the 5 bytes of its header; then its state says "RB".
bool TlsStream::has_partial_record() const {
  return !failure_ && (SSL_has_pending(ssl_.get()) == 1 || SSL_rstate_string(ssl_.get()) == std::string_view("RB"));
}

// Sends close_notify, then shuts down the next layer.
std::error_code TlsStream::finish_writing() {
  if (!failure_) {
    ERR_clear_error();
    if (const int result = SSL_shutdown(ssl_.get()); result < 0) {
      if (const auto error = sending_error(result); error != asio::error::would_block) return error;
    }
  }
  finish_after_flush_ = transport_.pending_output() != 0;
  if (finish_after_flush_) return asio::error::would_block;
  return transport_.next_layer().finish_writing();
}

std::optional<TlsInfo> TlsStream::tls() const {
  const SSL* ssl = ssl_.get();
  TlsInfo info;
  info.version = SSL_get_version(ssl);
  info.cipher = string_or_empty(SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)));
  info.server_name = string_or_empty(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  info.alpn.assign(protocol, protocol + size);
  if (const X509* client = SSL_get0_peer_certificate(ssl))
    info.client_subject = distinguished_name(X509_get_subject_name(client));
  info.resumed = SSL_session_reused(ssl) == 1;
  return info;
}

std::error_code TlsStream::ssl_error(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    case SSL_ERROR_SYSCALL:
      failure_ = broken_transport() ? transport_.error() : tls_truncated();
      return failure_;
    default:
      const auto code = take_openssl_error();
      failure_ = ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? tls_truncated() : tls_error(code);
      return failure_;
  }
}

// After the peer's close_notify OpenSSL calls a failed write an end of input.
std::error_code TlsStream::sending_error(int result) {
  const auto error = ssl_error(result);
  if (error != asio::error::eof) return error;
  failure_ = broken_transport() ? transport_.error() : std::error_code(asio::error::broken_pipe);
  return failure_;
}

// Makes "want read" an error. It happens only if the peer has begun a handshake message, which it may never complete.
std::error_code TlsStream::write_error(int result) {
  const auto error = sending_error(result);
  if (error != asio::error::would_block) return error;
  failure_ = tls_error(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_MESSAGE));
  return failure_;
}

std::string TlsStream::handshake_error(const std::error_code& error) const {
  if (error == tls_truncated() || error == asio::error::eof)
    return "the peer closed the connection inside the handshake";
  const auto verified = SSL_get_verify_result(ssl_.get());
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (error == tls_error(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_CALLBACK_FAILED)) && name != nullptr)
    return "no certificate for the name \"" + std::string(name) + "\"";  // only servername_callback() fails this way
  if (verified == X509_V_OK || error.category() != tls_category()) return error.message();
  return error.message() + ": " + X509_verify_cert_error_string(verified);
}

}  // namespace portico
