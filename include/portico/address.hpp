#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace portico {

// Where one end of a connection is: an IP address with a port, or a Unix socket. A plain value; any thread.
// An IPv4 address that arrived mapped into IPv6 (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2) is kept as IPv4, so that
// logs, access lists and per-address limits see one name for one client.
class Address {
 public:
  Address() = default;
  explicit Address(const asio::ip::tcp::endpoint& endpoint);

  // As a system call gives it. An address of any other family is an unspecified one.
  explicit Address(const asio::generic::stream_protocol::endpoint& endpoint);

  // Of a Unix socket: the path of its file, an abstract name behind "@", or nothing for a socket without a name, as
  // most clients' are.
  static Address unix_socket(const std::string& name);

  bool is_unix() const { return !std::holds_alternative<asio::ip::tcp::endpoint>(where_); }

  // Unspecified (0.0.0.0, port 0) for a Unix socket.
  asio::ip::address ip() const { return is_unix() ? asio::ip::address() : tcp().address(); }
  std::uint16_t port() const { return is_unix() ? std::uint16_t{0} : tcp().port(); }

  // "192.0.2.1:7000", "[2001:db8::1]:7000" (RFC 5952), "unix:/run/p.sock", "unix:@name", "unix:" (no name).
  std::string to_string() const;

  friend bool operator==(const Address& left, const Address& right);

 private:
  // Names are rare and connections many, so a name is elsewhere. Null: none.
  using UnixName = std::shared_ptr<const std::string>;

  const asio::ip::tcp::endpoint& tcp() const { return *std::get_if<asio::ip::tcp::endpoint>(&where_); }
  std::string unix_name() const;

  std::variant<asio::ip::tcp::endpoint, UnixName> where_;
};

}  // namespace portico
