#pragma once

#include "protocol/proxy_protocol/crc32c.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portico::test {

// Headers of the PROXY protocol, valid and invalid.

inline std::string operator""_b(const char* text, std::size_t size) { return {text, size}; }

inline constexpr char proxy_local = 0x20;
inline constexpr char proxy_proxied = 0x21;
inline constexpr char tcp_over_ipv4 = 0x11;
inline constexpr char tcp_over_ipv6 = 0x21;
inline constexpr char unix_stream = 0x31;

inline std::string two_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8 & 0xFF), static_cast<char>(number & 0xFF)};
}

inline std::string four_bytes(std::uint32_t number) { return two_bytes(number >> 16) + two_bytes(number & 0xFFFF); }

// A header of version 2 with a correct length.
inline std::string proxy_v2(char command, char family, std::string_view rest) {
  return "\r\n\r\n\0\r\nQUIT\n"_b + command + family + two_bytes(rest.size()) + std::string(rest);
}

// 192.0.2.1:56324 to 198.51.100.7:443
inline std::string ipv4_addresses() { return "\xC0\x00\x02\x01\xC6\x33\x64\x07\xDC\x04\x01\xBB"_b; }

// [2001:db8::1]:56324 to [2001:db8::2]:443
inline std::string ipv6_addresses() {
  const auto network = "\x20\x01\x0D\xB8"_b + std::string(11, '\0');
  return network + "\x01" + network + "\x02" + "\xDC\x04\x01\xBB";
}

inline std::string unix_addresses(std::string client, std::string destination) {
  client.resize(108);
  destination.resize(108);
  return client + destination;
}

inline std::string tlv(int type, std::string_view value) {
  return static_cast<char>(type) + two_bytes(value.size()) + std::string(value);
}

inline std::string proxied_v4(std::string_view tlvs = {}) {
  return proxy_v2(proxy_proxied, tcp_over_ipv4, ipv4_addresses() + std::string(tlvs));
}

// With a correct checksum TLV between `before` and `after`.
inline std::string proxied_v4_with_crc(std::string_view before = {}, std::string_view after = {}) {
  const auto with = [&](std::uint32_t sum) {
    return proxied_v4(std::string(before) + tlv(0x03, four_bytes(sum)) + std::string(after));
  };
  return with(crc32c(with(0)));
}

}  // namespace portico::test
