#pragma once

#include "protocol/stream.hpp"
#include "protocol/tls/tls_transport.hpp"

#include <portico/tls_info.hpp>

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

// TLS over another stream, the server's side (RFC 8446, RFC 5246), driven by an OpenSSL SSL of its own. While nothing
// is under way it holds no buffer: OpenSSL gives its own back, and what is read or written passes through. Errors are
// those of the stream below or of tls_category(). Owned by its connection, as is the stream below, which must outlive
// it; the connection's thread.
class TlsStream final : public Stream {
 public:
  // How much of a wait's room is used: what arrives there is read in place and must be set aside meanwhile.
  static constexpr std::size_t most_first_bytes = 128;

  // Nothing of `below` may be under way. `early`: bytes already read from it. `context` must outlive the handshake.
  TlsStream(Stream& below, const TlsContext& context, std::string_view early);
  ~TlsStream() override;

  // One step of the handshake, with `first` as a wait below has brought them. No error: it is done; would_block: it
  // needs more bytes from below; any other: it has failed, and an alert says so to the peer. Whatever it says, what is
  // unsent must be sent, by write().
  std::error_code handshake(std::string_view first);

  // How many encrypted bytes of the peer have been looked at; a part of a record counts.
  std::uint64_t received() const { return transport_.received(); }

  // What a failed handshake has failed of, for the log.
  std::string failure_text(const std::error_code& error) const;

  // --- Stream

  Transfer try_read(asio::mutable_buffer into) override;
  asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) override;
  Transfer on_received(asio::mutable_buffer first, const Transfer& came) override;
  void cancel_wait() override { transport_.below().cancel_wait(); }
  Transfer try_write(std::span<const asio::const_buffer> from) override;
  asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) override;
  std::size_t pending_output() const override { return transport_.pending_output(); }
  bool has_partial_record() const override;
  std::error_code finish_writing() override;
  void cancel() override { transport_.below().cancel(); }
  Address local() const override { return transport_.below().local(); }
  void close(bool reset) override { transport_.below().close(reset); }
  std::optional<TlsInfo> tls() const override;

 private:
  struct SslDeleter {
    void operator()(ssl_st* ssl) const;
  };

  std::error_code error_of(int result);
  std::error_code write_error(int result);

  TlsTransport transport_;
  std::unique_ptr<ssl_st, SslDeleter> ssl_;
  bool more_ = false;    // OpenSSL holds bytes that were received: look before waiting
  bool broken_ = false;  // OpenSSL must not be used any more (SSL_get_error(3))
  bool finish_ = false;  // the end of the stream below follows what is unsent
};

}  // namespace portico
