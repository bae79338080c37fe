#include "server/net/socket_stream.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace portico {

// Reads the first bytes, since waiting for readiness alone would cost an epoll_ctl for each message; a read that waits
// costs none.
asio::awaitable<std::size_t> SocketStream::wait(asio::mutable_buffer first, std::error_code& error) {
  return socket_.async_read_some(first, asio::redirect_error(asio::use_awaitable, error));
}

}  // namespace portico
