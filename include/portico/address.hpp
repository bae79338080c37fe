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

  bool is_unix() const { return std::holds_alternative<UnixName>(where_); }

  // Unspecified (0.0.0.0, port 0) for a Unix socket.
  asio::ip::address ip() const;
  std::uint16_t port() const;

  // "192.0.2.1:7000", "[2001:db8::1]:7000" (RFC 5952), "unix:/run/p.sock", "unix:@name", "unix:" (no name).
  std::string to_string() const;

  friend bool operator==(const Address& left, const Address& right);

 private:
  // Every connection has one, so it is kept in less than what Asio takes.
  struct Ip {
    asio::ip::address_v6::bytes_type bytes;  // in network order; IPv4 uses the first four
    std::uint32_t zone;
    std::uint16_t port;
    bool v6;

    friend bool operator==(const Ip&, const Ip&) = default;
  };
  // Names are rare and connections many, so a name is elsewhere. Null: none.
  using UnixName = std::shared_ptr<const std::string>;

  std::string unix_name() const;

  std::variant<Ip, UnixName> where_;
};

}  // namespace portico
