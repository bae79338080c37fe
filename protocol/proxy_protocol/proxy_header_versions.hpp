#pragma once

#include "protocol/proxy_protocol/proxy_header.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

// The two forms of a PROXY header; parse_proxy_header() chooses.

// Each begins with its signature.
inline constexpr std::string_view proxy_signature_v1 = "PROXY ";
inline constexpr std::string_view proxy_signature_v2{"\r\n\r\n\0\r\nQUIT\n", 12};

// `bytes` begin with the signature.
ProxyHeaderStep parse_proxy_header_v1(std::string_view bytes);
ProxyHeaderStep parse_proxy_header_v2(std::string_view bytes);

// Reads what was added to a header of version 2: `tlvs`, a part of `whole`, which is all of the header. Returns what
// is wrong with it, or nothing.
std::string read_proxy_tlvs(std::string_view tlvs, std::string_view whole, ProxyHeader& into);

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

// The number in network order that `bytes` are.
constexpr std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace portico
