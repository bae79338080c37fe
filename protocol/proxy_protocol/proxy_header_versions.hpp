#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

// The parsers of the two versions of a PROXY header, between which parse_proxy_header() chooses; for this folder only.

// The first bytes of a header of each version.
inline constexpr std::string_view proxy_signature_v1 = "PROXY ";
inline constexpr std::string_view proxy_signature_v2{"\r\n\r\n\0\r\nQUIT\n", 12};

// Parse a header whose signature is complete at the front of `bytes`.
ProxyHeaderStep parse_proxy_header_v1(std::string_view bytes);
ProxyHeaderStep parse_proxy_header_v2(std::string_view bytes);

// Reads the TLVs of a header of version 2 into `into`. `tlvs` is a part of `header`, the complete header, over which
// the checksum is calculated. Returns an error, or nothing.
std::optional<std::string> read_proxy_tlvs(std::string_view tlvs, std::string_view header, ProxyHeader& into);

inline ProxyHeaderStep incomplete_proxy_header(std::size_t needed) {
  return {.state = ProxyHeaderStep::State::incomplete, .needed = needed, .size = 0, .header = {}, .error = {}};
}
inline ProxyHeaderStep invalid_proxy_header(std::string error) {
  return {.state = ProxyHeaderStep::State::invalid, .needed = 0, .size = 0, .header = {}, .error = std::move(error)};
}
inline ProxyHeaderStep complete_proxy_header(ProxyHeader header, std::size_t size) {
  return {
      .state = ProxyHeaderStep::State::complete, .needed = 0, .size = size, .header = std::move(header), .error = {}};
}

// Returns the number that `bytes` encode in network byte order; at most 4 bytes.
constexpr std::uint32_t read_big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace portico
