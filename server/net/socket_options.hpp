#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/net/socket_types.hpp"

#include <system_error>

namespace portico {

// What the systems name differently, or do not do by themselves.

// A process that a handler starts must not keep our sockets open (FD_CLOEXEC, HANDLE_FLAG_INHERIT).
void keep_from_children(NativeSocket socket);

// Before bind: nobody else may listen on the address while we do, and we may again at once after a restart.
// POSIX: SO_REUSEADDR. Windows: SO_EXCLUSIVEADDRUSE, since SO_REUSEADDR there lets others take the port
// (learn.microsoft.com, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").
void claim_address(StreamAcceptor& acceptor, std::error_code& error);

// TCP keep-alive as configured (tcp(7); SIO_KEEPALIVE_VALS): the system probes a peer that is silent, and breaks the
// connection when it does not answer. Set on a listening socket where accepted ones inherit it, else on each of those.
// Failure leaves the system's own setting: none, usually.
void set_keepalive(NativeSocket socket, const KeepaliveConfig& keepalive);
extern const bool accepted_sockets_inherit_options;

}  // namespace portico
