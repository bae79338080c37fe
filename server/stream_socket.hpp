#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>

namespace portico {

// Sockets of any kind that the server has, TCP or Unix. They know that their executor is an io_context's: room for any
// executor would cost 48 bytes of every connection.
using StreamSocket = asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;
using StreamAcceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, asio::io_context::executor_type>;
using NativeSocket = StreamSocket::native_handle_type;

}  // namespace portico
