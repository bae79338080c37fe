#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/net/socket_types.hpp"

#include <system_error>

namespace portico {

// Socket options that differ between platforms.

// Keeps child processes from inheriting the socket, which would hold it open (FD_CLOEXEC, HANDLE_FLAG_INHERIT).
void set_close_on_exec(NativeSocket socket);

// Makes the address ours alone while we listen, and free again immediately after a restart. Call before bind.
// POSIX: SO_REUSEADDR. Windows: SO_EXCLUSIVEADDRUSE, since SO_REUSEADDR there lets others take the port
// (learn.microsoft.com, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").
void set_exclusive_bind(StreamAcceptor& acceptor, std::error_code& error);

// Returns true if the host does not have the address that a socket was to be bound to. Asio has no constant for it, and
// does not map it to std::errc.
bool is_address_not_available(const std::error_code& error);

// Sets TCP keep-alive as configured (tcp(7); SIO_KEEPALIVE_VALS): the system probes a silent peer, and breaks the
// connection if it does not answer. Set on the listening socket if accepted ones inherit it, otherwise on each of them.
// A failure is ignored and leaves the system's default, which is usually off.
void set_keepalive(NativeSocket socket, const KeepaliveConfig& keepalive);
extern const bool accepted_sockets_inherit_options;

// Sends the acknowledgement that TCP delays (TCP_QUICKACK, tcp(7)). Does nothing on a Unix socket, and on Windows,
// which has no such call.
void acknowledge_now(NativeSocket socket);

}  // namespace portico
