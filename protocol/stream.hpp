#pragma once

#include <portico/address.hpp>
#include <portico/tls_info.hpp>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <system_error>

namespace portico {

// Byte stream under a connection: TCP, a Unix socket, TLS over another stream, or memory in a test. Not for sessions.
// Owned by the owner of the connection; the connection's thread only. At most one wait and one write may be in progress
// at a time, and the memory passed to them must stay valid until they complete. Nothing throws: failures are error
// codes.
class Stream {
 public:
  struct Transfer {
    std::size_t bytes = 0;
    std::error_code error;  // would_block: nothing at present; asio::error::eof: the peer has sent its last byte
  };

  virtual ~Stream() = default;

  // Reads what has arrived, without waiting; at least one byte if there is no error.
  virtual Transfer try_read(asio::mutable_buffer into) = 0;

  // Waits until try_read() would return something other than would_block. Where the system makes it cheaper (epoll),
  // the first bytes are read into `first` and their number is returned; 0 without an error means "call try_read()".
  virtual asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) = 0;

  // Converts the result of wait(): `transfer` is what it put into `data`, and its error. TLS decrypts in place; other
  // streams have nothing to convert.
  virtual Transfer on_received(asio::mutable_buffer /*data*/, const Transfer& transfer) { return transfer; }

  // Ends a wait in progress with operation_aborted. Does not touch a write, which may complete first.
  virtual void cancel_wait() = 0;

  // Sends what the system takes without waiting, gathered into one call; may be less than everything. would_block: call
  // write() with the rest, even if it is empty, because some of the accepted bytes may not be sent yet.
  virtual Transfer try_write(std::span<const asio::const_buffer> from) = 0;

  // Sends some of `from`; waits until the peer has made room. would_block as for try_write().
  virtual asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) = 0;

  // Returns how many bytes a write has accepted but not sent yet.
  virtual std::size_t pending_output() const { return 0; }

  // Returns true if a part of a unit has arrived that can only be read whole, such as a TLS record.
  virtual bool has_partial_record() const { return false; }

  // Acknowledges what has arrived without the usual delay, where the system can (TCP_QUICKACK): a peer that sends small
  // pieces, and waits for the acknowledgement of each (RFC 896), need not wait.
  virtual void acknowledge_input() {}

  // Shuts down sending: the peer reads EOF after everything that was sent (TCP FIN). Reading continues. would_block: it
  // takes effect when write() has sent the pending output.
  virtual std::error_code finish_writing() = 0;

  // Ends every operation in progress with operation_aborted.
  virtual void cancel() = 0;

  // Returns what TLS has negotiated; nothing without TLS.
  virtual std::optional<TlsInfo> tls() const { return std::nullopt; }

  // Returns the local address. Asked of the system each time, because it is needed rarely.
  virtual Address local() const = 0;

  // Closes immediately. With `reset`, the peer sees an error instead of EOF (SO_LINGER 0, RST). Unix sockets have no
  // reset: there the peer sees an error only if received bytes were left unread.
  virtual void close(bool reset) = 0;
};

}  // namespace portico
