#include "server/socket_options.hpp"

#include <fcntl.h>

namespace portico {

void keep_from_children(asio::ip::tcp::socket::native_handle_type socket) {
  // Fails for a bad descriptor only, and then there is nothing to inherit.
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
}

void claim_address(asio::ip::tcp::acceptor& acceptor, std::error_code& error) {
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
}

}  // namespace portico
