#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace portico {

// Address of one end of a connection: an IP address with a port, or a Unix socket. A plain value; any thread.
// An IPv4-mapped IPv6 address (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2) is stored as IPv4, so that logs, access lists
// and per-address limits see one address for one client.
//
//     const portico::Address& peer = connection.peer();
//     if (!peer.is_unix() && peer.ip().is_loopback()) co_await connection.write("hello, ", peer.to_string(), "\n");
class Address {
 public:
  Address() = default;
  explicit Address(const asio::ip::tcp::endpoint& endpoint);

  // From the result of a system call. Any other family becomes the unspecified address.
  explicit Address(const asio::generic::stream_protocol::endpoint& endpoint);

  // Returns the address of a Unix socket. `name`: the path of its file; "@" and an abstract name; or empty for an
  // unnamed socket, as most clients have.
  static Address unix_socket(const std::string& name);

  bool is_unix() const { return std::holds_alternative<UnixName>(where_); }

  // Return 0.0.0.0 and port 0 for a Unix socket.
  asio::ip::address ip() const;
  std::uint16_t port() const;

  // Returns "192.0.2.1:7000", "[2001:db8::1]:7000" (RFC 5952), "unix:/run/p.sock", "unix:@name", "unix:" (unnamed).
  std::string to_string() const;

  friend bool operator==(const Address& left, const Address& right);

 private:
  // Every connection holds an address, so this takes less memory than Asio's endpoint.
  struct Ip {
    asio::ip::address_v6::bytes_type bytes;  // in network order; IPv4 uses the first four
    std::uint32_t zone;
    std::uint16_t port;
    bool v6;

    friend bool operator==(const Ip&, const Ip&) = default;
  };
  // On the heap, because names are rare and connections many. Null: unnamed.
  using UnixName = std::shared_ptr<const std::string>;

  std::string unix_name() const;

  std::variant<Ip, UnixName> where_;
};

}  // namespace portico
