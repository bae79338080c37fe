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

// The ciphertext side of a TLS stream: a BIO through which OpenSSL reads and writes the next layer without waiting.
// Output that the next layer does not accept is queued, so OpenSSL never has to repeat a write. More than 256 KiB of
// it means that the peer does not read, and the write fails (tls_flooded).
// Owned by the TLS stream; the connection's thread only.
class TlsTransport {
 public:
  // `preread`: bytes already read from the next layer.
  TlsTransport(Stream& next_layer, std::string_view preread);
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  Stream& next_layer() { return next_layer_; }
  const Stream& next_layer() const { return next_layer_; }

  // Returns a BIO for SSL_set_bio(); it refers to this object. Throws std::bad_alloc.
  BIO* new_bio();

  // Sets bytes that a wait of the next layer has read; OpenSSL reads them before any others. They must stay valid until
  // save_unread().
  void set_input(std::string_view bytes) { input_ = bytes; }
  // Copies the part of the input that OpenSSL has not read.
  void save_unread();
  // Forgets them, and what a wait has read.
  void drop_unread();
  // Returns true if such bytes exist: they must be read before the next wait.
  bool has_unread() const { return pending_ && !pending_->preread.empty(); }

  // Call before every OpenSSL call that reads. OpenSSL keeps reading as long as it finds only non-application records
  // (RFC 8446 section 4.6); after max_read_per_call bytes from the next layer it gets would_block instead, so that a
  // flood of such records cannot occupy the worker.
  void reset_read_budget() { read_budget_ = max_read_per_call; }

  // Holds back all further output, so that it leaves in one piece: with flush(), or, after uncork(), with the next
  // write. uncork() itself sends nothing.
  void cork() { corked_ = true; }
  void uncork() { corked_ = false; }
  // Uncorks, and sends what was held back. The next read or write reports a failure.
  void flush();

  // Returns how many bytes the next layer has not accepted yet, not counting those held back.
  std::size_t pending_output() const { return pending_ ? pending_->queued.size() + pending_->in_flight.size() : 0; }
  // Sends some of them, waiting for room. One call at a time.
  asio::awaitable<void> write_pending(std::error_code& error);

  // Returns how many bytes of ciphertext OpenSSL has read.
  std::uint64_t received() const { return received_; }

  // Returns the error with which the next layer last refused to go on; eof for a regular end of input.
  const std::error_code& error() const { return error_; }

 private:
  static constexpr std::size_t max_read_per_call = 32 * 1024;    // two records
  static constexpr std::size_t max_pending_output = 256 * 1024;  // more than any flight of a handshake

  // Allocated only while a connection has bytes in transit.
  struct PendingBytes {
    std::string preread;    // received; OpenSSL reads it first
    std::string corked;     // output, held back
    std::string queued;     // output, for the next layer
    std::string in_flight;  // output, in a write of the next layer
  };

  static const BIO_METHOD* method();
  static TlsTransport& of(BIO* bio);
  static int read(BIO* bio, char* into, std::size_t size, std::size_t* bytes);
  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* bytes);
  static long control(BIO* bio, int command, long number, void* pointer);

  template <typename Operation>
  int no_throw(Operation operation) noexcept;
  bool read_ciphertext(BIO* bio, char* into, std::size_t size, std::size_t& bytes);
  bool write_ciphertext(std::string_view bytes);
  bool write_through(std::string_view bytes);

  PendingBytes& pending();
  void release_if_empty();

  Stream& next_layer_;
  std::string_view input_;
  std::unique_ptr<PendingBytes> pending_;
  std::error_code error_;
  std::size_t read_budget_ = 0;
  std::uint64_t received_ = 0;
  bool corked_ = false;
};

}  // namespace portico
