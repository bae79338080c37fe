// Echo server over asio::ssl::stream, as in Asio's examples. bench/tls.py measures its memory for an idle connection.
//
//   asio_ssl_echo PORT CERTIFICATE KEY

#include <asio.hpp>
#include <asio/ssl.hpp>
#include <asio/ssl/impl/src.hpp>

#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

namespace {

using asio::ip::tcp;
using asio::use_awaitable;

asio::awaitable<void> serve(tcp::socket socket, asio::ssl::context& context) {
  asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
  co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
  std::array<char, 1024> buffer;
  for (;;) {
    const std::size_t size = co_await stream.async_read_some(asio::buffer(buffer), use_awaitable);
    co_await asio::async_write(stream, asio::buffer(buffer, size), use_awaitable);
  }
}

asio::awaitable<void> listen(tcp::acceptor acceptor, asio::ssl::context& context) {
  const auto done = [](std::exception_ptr) {};  // an error ends one session only
  for (;;) asio::co_spawn(acceptor.get_executor(), serve(co_await acceptor.async_accept(use_awaitable), context), done);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  asio::io_context loop(1);
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(argv[2]);
  context.use_private_key_file(argv[3], asio::ssl::context::pem);
  const tcp::endpoint address(asio::ip::address_v4::loopback(), static_cast<asio::ip::port_type>(std::stoi(argv[1])));
  asio::co_spawn(loop, listen(tcp::acceptor(loop, address), context), asio::detached);
  loop.run();
}
