#pragma once

#include "protocol/stream.hpp"
#include "server/net/socket_types.hpp"

#include <utility>

namespace portico {

// A connected socket, TCP or Unix, as a Stream. Owned by its live connection; used on the thread of the context that
// the socket was accepted onto.
class SocketStream : public Stream {
 public:
  // The socket must be connected. Makes it non-blocking and sends small writes immediately (TCP_NODELAY): a session
  // writes whole answers, and Nagle's algorithm (RFC 896) would only delay them.
  explicit SocketStream(StreamSocket socket);

  Transfer try_read(asio::mutable_buffer into) override;
  asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) override;
  void cancel_wait() override;
  Transfer try_write(std::span<const asio::const_buffer> from) override;
  asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) override;
  void acknowledge_input() override;
  std::error_code finish_writing() override;
  void cancel() override;
  Address local() const override;
  void close(bool reset) override;

 private:
  StreamSocket socket_;
  bool writing_ = false;
  bool cancel_when_written_ = false;
};

// A Unix socket that was bound to a temporary name; local() is the name by which clients find it.
class UnixSocketStream final : public SocketStream {
 public:
  UnixSocketStream(StreamSocket socket, const Address& local) : SocketStream(std::move(socket)), local_(local) {}

  Address local() const override { return local_; }

 private:
  Address local_;
};

}  // namespace portico
