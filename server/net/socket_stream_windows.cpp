#include "server/net/socket_stream.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace portico {

// A receive of zero bytes: it completes when data has arrived and pins no memory until then, so `first` stays empty.
// A reset completes it with an error; a FIN completes it, and try_read() then returns eof.
asio::awaitable<std::size_t> SocketStream::wait(asio::mutable_buffer, std::error_code& error) {
  co_await socket_.async_wait(StreamSocket::wait_read, asio::redirect_error(asio::use_awaitable, error));
  co_return 0;
}

}  // namespace portico
