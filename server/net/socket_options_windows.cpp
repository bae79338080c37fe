#include "server/net/socket_options.hpp"

#include <mstcpip.h>
#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

namespace portico {

void set_close_on_exec(NativeSocket socket) {
  // Fails only for a bad handle, and then there is nothing to inherit.
  ::SetHandleInformation(reinterpret_cast<HANDLE>(static_cast<SOCKET>(socket)), HANDLE_FLAG_INHERIT, 0);
}

void set_exclusive_bind(StreamAcceptor& acceptor, std::error_code& error) {
  const BOOL on = TRUE;
  error.clear();
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on),
                   sizeof on) != 0)
    error.assign(::WSAGetLastError(), asio::error::get_system_category());
}

bool is_address_not_available(const std::error_code& error) {
  return error.category() == asio::error::get_system_category() && error.value() == WSAEADDRNOTAVAIL;
}

void set_keepalive(NativeSocket socket, const KeepaliveConfig& keepalive) {
  tcp_keepalive values{keepalive.idle.count() != 0, static_cast<ULONG>(keepalive.idle.count()),
                       static_cast<ULONG>(keepalive.interval.count())};
  DWORD size = 0;
  ::WSAIoctl(socket, SIO_KEEPALIVE_VALS, &values, sizeof values, nullptr, 0, &size, nullptr, nullptr);
#ifdef TCP_KEEPCNT  // since Windows 10 1703; before, 10 probes
  const DWORD count = static_cast<DWORD>(keepalive.count);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, reinterpret_cast<const char*>(&count), sizeof count);
#endif
}

const bool accepted_sockets_inherit_options = false;

void acknowledge_now(NativeSocket) {}

}  // namespace portico
