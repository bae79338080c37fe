#include "server/net/socket_options.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace portico {

void set_close_on_exec(NativeSocket socket) {
  // Fails only for a bad descriptor, and then there is nothing to inherit.
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
}

void set_exclusive_bind(StreamAcceptor& acceptor, std::error_code& error) {
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
}

bool is_address_not_available(const std::error_code& error) {
  return error.category() == asio::error::get_system_category() && error.value() == EADDRNOTAVAIL;
}

void set_keepalive(NativeSocket socket, const KeepaliveConfig& keepalive) {
  const auto set = [socket](int level, int name, auto value) {
    const auto number = static_cast<int>(value);
    ::setsockopt(socket, level, name, &number, sizeof number);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, keepalive.idle.count() != 0);
  if (keepalive.idle.count() == 0) return;
  set(IPPROTO_TCP, TCP_KEEPIDLE, std::chrono::ceil<std::chrono::seconds>(keepalive.idle).count());
  set(IPPROTO_TCP, TCP_KEEPINTVL, std::chrono::ceil<std::chrono::seconds>(keepalive.interval).count());
  set(IPPROTO_TCP, TCP_KEEPCNT, keepalive.count);
}

const bool accepted_sockets_inherit_options = true;

void acknowledge_now([[maybe_unused]] NativeSocket socket) {
#ifdef TCP_QUICKACK
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#endif
}

}  // namespace portico
