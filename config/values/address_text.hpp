#pragma once

#include "config/values/units.hpp"

#include <portico/options/values.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace portico {

// "0.0.0.0:7000", "[::]:7000", ":7000", "localhost:7000", "unix:/run/p.sock", "unix:@name".
Reading<SocketAddress> address_from_text(std::string_view text);
std::string address_to_text(const SocketAddress& address);

// These, "fd:3" and "systemd:NAME".
Reading<ListenAddress> listen_address_from_text(std::string_view text);
std::string listen_address_to_text(const ListenAddress& address);

// sun_path has 108 bytes on Linux and on Windows, its end included.
inline constexpr std::size_t longest_unix_path = 107;

// "10.0.0.0/8", "2001:db8::/32", "192.0.2.7".
Reading<Network> network_from_text(std::string_view text);
std::string network_to_text(const Network& network);

// A name as DNS and a certificate know it: letters, digits, hyphens and dots.
bool is_host_name(std::string_view text);

}  // namespace portico
