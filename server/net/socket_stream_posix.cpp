#include "server/net/socket_stream.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace portico {

// Waiting for readiness alone would cost an epoll_ctl for each message; a read that waits costs none, so the wait reads
// the first bytes.
asio::awaitable<std::size_t> SocketStream::wait(asio::mutable_buffer first, std::error_code& error) {
  return socket_.async_read_some(first, asio::redirect_error(asio::use_awaitable, error));
}

}  // namespace portico
