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

// A byte stream under a connection: TCP, a Unix socket, TLS over another stream, or memory in a test.
// Owned by whoever owns the connection; used by one worker's thread. At most one wait and one write are under way at a
// time, and the memory handed to them stays valid until they complete. Nothing throws: failures are error codes.
class Stream {
 public:
  struct Transfer {
    std::size_t bytes = 0;
    std::error_code error;  // would_block: nothing now; asio::error::eof: the peer ended its side
  };

  virtual ~Stream() = default;

  // Takes what has arrived, without waiting; at least one byte if there is no error.
  virtual Transfer try_read(asio::mutable_buffer into) = 0;

  // Waits until try_read() would say something else than would_block. Where the system makes that cheaper (epoll), the
  // first bytes are put into `first` and their number returned; 0 without an error means "ask try_read()".
  virtual asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) = 0;

  // What it means that wait() has put so many bytes into `first`, or has ended so: TLS decrypts them in place.
  virtual Transfer on_received(asio::mutable_buffer /*first*/, const Transfer& came) { return came; }

  // Ends a wait under way with operation_aborted. Never touches a write: one under way may go on first.
  virtual void cancel_wait() = 0;

  // Sends what the system takes without waiting, gathered into one call; may be less than everything. would_block: call
  // write() with the rest, even if that is empty, since a part of what was taken may not be sent yet.
  virtual Transfer try_write(std::span<const asio::const_buffer> from) = 0;

  // Sends some of `from`, waiting until the peer has made room. would_block as for try_write().
  virtual asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) = 0;

  // How many bytes were taken by a write and are not sent yet.
  virtual std::size_t pending_output() const { return 0; }

  // Whether a part of something has arrived that can only be read as a whole, as a record of TLS.
  virtual bool has_partial_record() const { return false; }

  // Ends our side; the peer reads the end after all that was sent (TCP FIN). Reading goes on. would_block: it ends when
  // write() has sent what is unsent.
  virtual std::error_code finish_writing() = 0;

  // Ends every operation under way with operation_aborted.
  virtual void cancel() = 0;

  // What TLS has agreed on; nothing without TLS.
  virtual std::optional<TlsInfo> tls() const { return std::nullopt; }

  // Our end of it; asked for rarely, so not kept.
  virtual Address local() const = 0;

  // Closes at once. With `reset`, the peer sees an error instead of an end (SO_LINGER 0, RST). Unix sockets have no
  // such thing: there the peer sees an error only if we leave something unread.
  virtual void close(bool reset) = 0;
};

}  // namespace portico
