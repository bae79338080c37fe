#pragma once

#include "config/values/units.hpp"

#include <portico/options/values.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace portico {

// Parse and print an address: "0.0.0.0:7000", "[::]:7000", ":7000", "localhost:7000", "unix:/run/p.sock", "unix:@name".
ParseResult<SocketAddress> address_from_text(std::string_view text);
std::string address_to_text(const SocketAddress& address);

// Parse and print an address to listen on: the same, and "fd:3" and "systemd:NAME". An IPv4 address in IPv6 form, or a
// link-local one without its interface, is an error.
ParseResult<ListenAddress> listen_address_from_text(std::string_view text);
std::string listen_address_to_text(const ListenAddress& address);

// sun_path has 108 bytes on Linux and on Windows, including its terminating zero.
inline constexpr std::size_t max_unix_path = 107;

// Parse and print a network: "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". IPv4 in IPv6 form, "::ffff:10.0.0.0/104", is
// the IPv4 network, since Address too keeps a mapped address as IPv4.
ParseResult<Network> network_from_text(std::string_view text);
std::string network_to_text(const Network& network);

// Returns true for a host name as DNS and certificates have it: letters, digits, hyphens, underscores and dots.
bool is_host_name(std::string_view text);

}  // namespace portico
