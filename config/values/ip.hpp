#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Addresses as numbers, without a socket library: the configuration is read on any host and binds nothing.
using Ipv4Bytes = std::array<std::uint8_t, 4>;
using Ipv6Bytes = std::array<std::uint8_t, 16>;

// "192.0.2.1": four decimal numbers, no leading zeros (they would be octal to some).
std::optional<Ipv4Bytes> ipv4_from_text(std::string_view text);
std::string ipv4_to_text(const std::uint8_t* bytes);

// RFC 4291 section 2.2, without a zone; written as RFC 5952 says.
std::optional<Ipv6Bytes> ipv6_from_text(std::string_view text);
std::string ipv6_to_text(const Ipv6Bytes& bytes);

}  // namespace portico
