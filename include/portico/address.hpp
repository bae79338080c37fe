#pragma once

#include <asio/ip/tcp.hpp>

#include <cstdint>
#include <string>

namespace portico {

// Where one end of a connection is. A plain value; any thread.
// An IPv4 address that arrived mapped into IPv6 (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2) is kept as IPv4, so that
// logs, access lists and per-address limits see one name for one client.
class Address {
 public:
  Address() = default;
  explicit Address(const asio::ip::tcp::endpoint& endpoint);

  asio::ip::address ip() const { return endpoint_.address(); }
  std::uint16_t port() const { return endpoint_.port(); }

  // "192.0.2.1:7000" or "[2001:db8::1]:7000" (RFC 5952).
  std::string to_string() const;

  friend bool operator==(const Address&, const Address&) = default;

 private:
  asio::ip::tcp::endpoint endpoint_;
};

}  // namespace portico
