#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// IP addresses without a socket library: the configuration can be checked on any host, and opens no sockets.
using Ipv4Bytes = std::array<std::uint8_t, 4>;
using Ipv6Bytes = std::array<std::uint8_t, 16>;

// Parse and print an IPv4 address, "192.0.2.1": four decimal numbers without leading zeros, which some programs read as
// octal.
std::optional<Ipv4Bytes> ipv4_from_text(std::string_view text);
std::string ipv4_to_text(const std::uint8_t* bytes);

// Parse and print an IPv6 address without a zone: all forms of RFC 4291 section 2.2; printed in the form of RFC 5952.
std::optional<Ipv6Bytes> ipv6_from_text(std::string_view text);
std::string ipv6_to_text(const Ipv6Bytes& bytes);

// Returns the IPv4 address of an IPv4-mapped one, "::ffff:192.0.2.1" (RFC 4291 section 2.5.5.2).
std::optional<Ipv4Bytes> mapped_ipv4(const Ipv6Bytes& bytes);

// Returns true for fe80::/10: such an address means something only together with an interface, its zone (RFC 4007).
bool is_link_local(const Ipv6Bytes& bytes);

}  // namespace portico
