#pragma once

#include "protocol/stream.hpp"

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace portico {

// The encrypted side of a TLS stream: what OpenSSL reads and writes as a BIO, over another stream and without waiting.
// What the stream below does not take at once is kept until it is flushed, so OpenSSL never has to be told to write
// again; beyond 256 KiB of that the peer is one who does not read, and the write fails (tls_unread). Owned
// by the TLS stream; the thread of the connection.
class TlsTransport {
 public:
  TlsTransport(Stream& below, std::string_view early);
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  Stream& below() { return below_; }
  const Stream& below() const { return below_; }

  // For SSL_set_bio(); refers to this.
  BIO* new_bio();

  // Bytes from below that a wait has brought: read before any others. Valid until keep_rest().
  void set_arrived(std::string_view bytes) { arrived_ = bytes; }
  // Keeps what OpenSSL has not read of them.
  void keep_rest();
  // Whether there are such: look at them before waiting.
  bool has_rest() const { return kept_ && !kept_->early.empty(); }

  // Before each call of OpenSSL that reads. A call goes on for as long as there are bytes that are no data (RFC 8446
  // section 4.6.3); after these many from below it is made to wait, so that others may run.
  void allow_one_call() { allowed_ = most_in_one_call; }

  // From here on what is written is held back, so that it goes out in one piece: until send_held(), or, after
  // let_go(), together with what is written next.
  void hold() { holding_ = true; }
  void let_go() { holding_ = false; }
  void send_held();

  // How many bytes the stream below has not taken yet, without those held back.
  std::size_t pending_output() const { return kept_ ? kept_->unsent.size() + kept_->sending.size() : 0; }
  // Sends some of them, waiting for room. One at a time.
  asio::awaitable<void> send_some(std::error_code& error);

  // How many bytes of the peer OpenSSL has been given.
  std::uint64_t received() const { return received_; }

  // What the stream below said last when it would not go on; eof is its plain end.
  const std::error_code& error() const { return error_; }

 private:
  static constexpr std::size_t most_in_one_call = 32 * 1024;  // two records
  static constexpr std::size_t most_unsent = 256 * 1024;      // more than any flight of a handshake

  // Only for connections with bytes on their way.
  struct Kept {
    std::string early;    // received, for OpenSSL to read first
    std::string held;     // for the stream below, later
    std::string unsent;   // for the stream below
    std::string sending;  // in its hands
  };

  static const BIO_METHOD* method();
  static TlsTransport& of(BIO* bio);
  static int read(BIO* bio, char* into, std::size_t size, std::size_t* bytes);
  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* bytes);
  static long control(BIO* bio, int command, long number, void* pointer);

  template <typename Operation>
  int guarded(Operation operation) noexcept;
  bool take(BIO* bio, char* into, std::size_t size, std::size_t& bytes);
  bool send(std::string_view bytes);
  bool send_at_once(std::string_view bytes);

  Kept& kept();
  void forget_if_empty();

  Stream& below_;
  std::string_view arrived_;
  std::unique_ptr<Kept> kept_;
  std::error_code error_;
  std::size_t allowed_ = 0;
  std::uint64_t received_ = 0;
  bool holding_ = false;
};

}  // namespace portico
