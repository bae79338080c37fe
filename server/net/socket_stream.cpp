#include "server/net/socket_stream.hpp"

#include "server/net/buffer_sequence.hpp"
#include "server/net/socket_options.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

SocketStream::SocketStream(StreamSocket socket) : socket_(std::move(socket)) {
  // These fail if the peer has already disconnected; the first read then reports it.
  std::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);  // fails on a Unix socket, which has no such delay
}

Stream::Transfer SocketStream::try_read(asio::mutable_buffer into) {
  Transfer done;
  done.bytes = socket_.read_some(into, done.error);
  return done;
}

// A socket can only cancel all its operations, and cancelling a pending write would lose data, so the wait is cancelled
// after the write. (A cancellation slot for the wait would avoid this, at 72 bytes for every idle connection.)
void SocketStream::cancel_wait() {
  if (writing_) {
    cancel_when_written_ = true;
  } else {
    cancel();
  }
}

Stream::Transfer SocketStream::try_write(std::span<const asio::const_buffer> from) {
  Transfer done;
  // A single buffer is cheaper: send() instead of sendmsg().
  done.bytes = from.size() == 1 ? socket_.write_some(from.front(), done.error)
                                : socket_.write_some(BufferSequence(from), done.error);
  return done;
}

asio::awaitable<std::size_t> SocketStream::write(std::span<const asio::const_buffer> from, std::error_code& error) {
  writing_ = true;
  const auto bytes =
      co_await socket_.async_write_some(BufferSequence(from), asio::redirect_error(asio::use_awaitable, error));
  writing_ = false;
  if (std::exchange(cancel_when_written_, false)) cancel();
  co_return bytes;
}

void SocketStream::acknowledge_input() { acknowledge_now(socket_.native_handle()); }

std::error_code SocketStream::finish_writing() {
  std::error_code error;
  socket_.shutdown(StreamSocket::shutdown_send, error);
  return error;
}

void SocketStream::cancel() {
  std::error_code ignored;  // a closed socket has nothing to cancel
  socket_.cancel(ignored);
}

Address SocketStream::local() const {
  std::error_code ignored;  // a broken connection has no local address any more
  return Address(socket_.local_endpoint(ignored));
}

void SocketStream::close(bool reset) {
  std::error_code ignored;  // the socket is closed even if this fails
  if (reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace portico
