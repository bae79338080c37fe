#pragma once

#include "protocol/stream.hpp"
#include "protocol/tls/tls_transport.hpp"

#include <portico/tls_info.hpp>

#include <asio/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

struct ssl_st;

namespace portico {

class TlsContext;

// TLS over another stream, as the server (RFC 8446, RFC 5246). While no operation is in progress it holds no record
// buffers: OpenSSL releases its own, and application data goes straight from or to the caller's memory. Errors are
// those of the next layer or of tls_category(). Owned by its connection, as is the next layer, which must outlive it;
// the connection's thread only.
class TlsStream final : public Stream {
 public:
  // Bytes of a wait's buffer that are used. Decrypting in place needs a copy of the ciphertext, so they are few.
  static constexpr std::size_t max_first_bytes = 128;

  // No operation of `next_layer` may be in progress. `preread`: bytes already read from it. `context` must outlive the
  // handshake. Throws std::bad_alloc.
  TlsStream(Stream& next_layer, const TlsContext& context, std::string_view preread);
  ~TlsStream() override;

  // Performs one step of the handshake. `first`: the bytes that a wait of the next layer has read. No error: the
  // handshake is complete; would_block: it needs more bytes; any other error: it has failed, and the output contains
  // the alert, if there is one. In every case, then send the pending output with write().
  std::error_code handshake(std::string_view first);

  // Returns how many bytes of ciphertext were received, including those of a partial record.
  std::uint64_t received() const { return transport_.received(); }

  // Returns the error with which TLS, or the next layer, has failed for good; nothing more is decrypted or encrypted.
  const std::error_code& failure() const { return failure_; }

  // After a failure: from now on, reads discard what still comes, until the next layer's EOF.
  void discard_input();

  // Returns the cause of a failed handshake as text for the log. `error`: the result of handshake().
  std::string handshake_error(const std::error_code& error) const;

  // --- Stream

  Transfer try_read(asio::mutable_buffer into) override;
  asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) override;
  Transfer on_received(asio::mutable_buffer first, const Transfer& transfer) override;
  void cancel_wait() override { transport_.next_layer().cancel_wait(); }
  Transfer try_write(std::span<const asio::const_buffer> from) override;
  asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) override;
  std::size_t pending_output() const override { return transport_.pending_output(); }
  bool has_partial_record() const override;
  std::error_code finish_writing() override;
  void cancel() override { transport_.next_layer().cancel(); }
  Address local() const override { return transport_.next_layer().local(); }
  void close(bool reset) override { transport_.next_layer().close(reset); }
  std::optional<TlsInfo> tls() const override;

 private:
  struct SslDeleter {
    void operator()(ssl_st* ssl) const;
  };

  Transfer discard(asio::mutable_buffer into);
  void write_ticket();
  bool broken_transport() const { return transport_.error() && transport_.error() != asio::error::eof; }
  std::error_code ssl_error(int result);
  std::error_code sending_error(int result);
  std::error_code write_error(int result);

  TlsTransport transport_;
  std::unique_ptr<ssl_st, SslDeleter> ssl_;
  std::error_code failure_;    // after a fatal error, OpenSSL must not be called again (SSL_get_error(3))
  bool has_buffered_ = false;  // OpenSSL holds received bytes: read them before waiting
  bool discards_input_ = false;
  bool ticket_due_ = false;          // the next write sends a session ticket first
  bool finish_after_flush_ = false;  // shut down the next layer when the pending output is sent
};

}  // namespace portico
