#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/generic/stream_protocol.hpp>

namespace portico {

// Sockets of any kind that the server has, TCP or Unix. (With an io_context's executor instead of one that can be any,
// a connection would have 48 bytes less, but a round trip 200 instructions more.)
using StreamSocket = asio::generic::stream_protocol::socket;
using StreamAcceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
using NativeSocket = StreamSocket::native_handle_type;

}  // namespace portico
