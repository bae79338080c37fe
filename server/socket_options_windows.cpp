#include "server/socket_options.hpp"

#include <winsock2.h>
#include <windows.h>

namespace portico {

void keep_from_children(asio::ip::tcp::socket::native_handle_type socket) {
  // Fails for a bad handle only, and then there is nothing to inherit.
  ::SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
}

void claim_address(asio::ip::tcp::acceptor& acceptor, std::error_code& error) {
  const BOOL on = TRUE;
  error.clear();
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on),
                   sizeof on) != 0)
    error.assign(::WSAGetLastError(), asio::error::get_system_category());
}

}  // namespace portico
