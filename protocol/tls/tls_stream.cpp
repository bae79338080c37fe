#include "protocol/tls/tls_stream.hpp"

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_error.hpp"
#include "protocol/tls/tls_identity.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <asio/error.hpp>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace portico {

namespace {

// One record's worth (RFC 8446 section 5.1).
constexpr std::size_t record_size = 16 * 1024;

// An awaitable for what is there already.
asio::awaitable<std::size_t> at_once() { co_return 0; }

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// The bytes of one record behind the first `done` bytes of `from`: in place if they lie together, else gathered.
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

TlsStream::TlsStream(Stream& below, const TlsContext& context, std::string_view early)
    : transport_(below, early), ssl_(context.new_connection()) {
  BIO* bio = transport_.new_bio();
  SSL_set_bio(ssl_.get(), bio, bio);  // one reference serves both
}

TlsStream::~TlsStream() = default;

std::error_code TlsStream::handshake(std::string_view first) {
  transport_.set_arrived(first);
  transport_.allow_one_call();
  transport_.hold();
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  // What TLS 1.3 sends at last are tickets, for which nobody waits: they go with what comes next.
  const bool tickets_only = result == 1 && SSL_version(ssl_.get()) == TLS1_3_VERSION;
  tickets_only ? transport_.let_go() : transport_.send_held();
  auto error = result == 1 ? std::error_code() : error_of(result);
  if (error == tls_truncated() && received() == 0) error = asio::error::eof;  // a probe, or a change of mind
  transport_.keep_rest();
  more_ = SSL_has_pending(ssl_.get()) == 1;
  return error;
}

Stream::Transfer TlsStream::try_read(asio::mutable_buffer into) {
  if (broken_) return {0, asio::error::not_connected};
  ERR_clear_error();
  Transfer done;
  transport_.allow_one_call();
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &done.bytes);
  if (result != 1) done = {0, error_of(result)};
  // After would_block too little of a record may be there: only more bytes from below help.
  more_ = !done.error && SSL_has_pending(ssl_.get()) == 1;
  return done;
}

// Its own bytes first; else the stream below waits, with the room for encrypted bytes.
asio::awaitable<std::size_t> TlsStream::wait(asio::mutable_buffer first, std::error_code& error) {
  transport_.send_held();
  if (more_ || transport_.has_rest()) return at_once();
  return transport_.below().wait(asio::buffer(first, most_first_bytes), error);
}

// An end of the stream below is for OpenSSL to judge: the peer may have said it before.
Stream::Transfer TlsStream::on_received(asio::mutable_buffer first, const Transfer& came) {
  if (came.error && came.error != asio::error::eof) return came;
  std::array<char, most_first_bytes> encrypted;
  std::memcpy(encrypted.data(), first.data(), came.bytes);
  transport_.set_arrived({encrypted.data(), came.bytes});
  const auto done = try_read(first);
  transport_.keep_rest();
  return done;
}

// Encrypts record by record, until the stream below takes no more.
Stream::Transfer TlsStream::try_write(std::span<const asio::const_buffer> from) {
  Transfer done;
  std::array<char, record_size> gathered;
  while (transport_.pending_output() == 0) {
    const auto record = next_record(from, done.bytes, gathered);
    if (record.size() == 0) return done;
    if (broken_) return {done.bytes, asio::error::not_connected};
    ERR_clear_error();
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
    co_await transport_.send_some(error);
    if (!error && transport_.pending_output() != 0) error = asio::error::would_block;
    if (error) co_return 0;
  }
  if (std::exchange(finish_, false)) error = transport_.below().finish_writing();
  const auto done = try_write(from);
  if (done.error) error = done.error;
  co_return done.bytes;
}

// OpenSSL has it as left over, or, when exactly the head of a record has come, in its state.
bool TlsStream::has_partial_record() const {
  return !broken_ && (SSL_has_pending(ssl_.get()) == 1 || SSL_rstate_string(ssl_.get()) == std::string_view("RB"));
}

// close_notify, then the end of the stream below.
std::error_code TlsStream::finish_writing() {
  if (!broken_) {
    ERR_clear_error();
    if (const int result = SSL_shutdown(ssl_.get()); result < 0) {
      if (const auto error = error_of(result); error != asio::error::would_block) return error;
    }
  }
  finish_ = transport_.pending_output() != 0;
  if (finish_) return asio::error::would_block;
  return transport_.below().finish_writing();
}

std::optional<TlsInfo> TlsStream::tls() const {
  const SSL* ssl = ssl_.get();
  TlsInfo facts;
  facts.version = SSL_get_version(ssl);
  facts.cipher = text_of(SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)));
  facts.server_name = text_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  facts.alpn.assign(protocol, protocol + size);
  if (const X509* client = SSL_get0_peer_certificate(ssl))
    facts.client_subject = text_of(X509_get_subject_name(client));
  facts.resumed = SSL_session_reused(ssl) == 1;
  return facts;
}

std::error_code TlsStream::error_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      return transport_.error() && transport_.error() != asio::error::eof ? transport_.error() : tls_truncated();
    default:
      broken_ = true;
      const auto code = ERR_peek_last_error();
      return ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? tls_truncated() : tls_failure(code);
  }
}

// A write wants to read only when a peer has begun a message of the handshake, and may leave it so for ever.
std::error_code TlsStream::write_error(int result) {
  const auto error = error_of(result);
  if (error != asio::error::would_block) return error;
  broken_ = true;
  return tls_failure(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_MESSAGE));
}

std::string TlsStream::failure_text(const std::error_code& error) const {
  if (error == tls_truncated() || error == asio::error::eof) return "the peer ended inside the handshake";
  const auto verified = SSL_get_verify_result(ssl_.get());
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (error == tls_failure(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_CALLBACK_FAILED)) && name != nullptr)
    return "no certificate for the name \"" + std::string(name) + "\"";  // only the choice by name fails so
  if (verified == X509_V_OK || error.category() != tls_category()) return error.message();
  return error.message() + ": " + X509_verify_cert_error_string(verified);
}

}  // namespace portico
