// What a proxy adds to a header of version 2: type, length, value (section 2.2.1 to 2.2.7 of proxy-protocol.txt).

#include "protocol/proxy_protocol/crc32c.hpp"
#include "protocol/proxy_protocol/proxy_header_versions.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace portico {
namespace {

constexpr std::uint8_t type_alpn = 0x01;
constexpr std::uint8_t type_authority = 0x02;
constexpr std::uint8_t type_crc32c = 0x03;
constexpr std::uint8_t type_unique_id = 0x05;
constexpr std::uint8_t type_tls = 0x20;
constexpr std::uint8_t type_tls_version = 0x21;
constexpr std::uint8_t type_tls_common_name = 0x22;
constexpr std::uint8_t type_tls_cipher = 0x23;
constexpr std::uint8_t type_tls_signature_algorithm = 0x24;
constexpr std::uint8_t type_tls_key_algorithm = 0x25;
constexpr std::uint8_t type_network_namespace = 0x30;

constexpr std::size_t longest_unique_id = 128;

struct Tlv {
  std::uint8_t type;
  std::string_view value;
};

// Takes the first of what is left. Nothing: it ends past the end.
std::optional<Tlv> take_tlv(std::string_view& rest) {
  constexpr std::size_t fixed = 3;
  if (rest.size() < fixed) return std::nullopt;
  const std::size_t length = number_of(rest.substr(1, 2));
  if (rest.size() - fixed < length) return std::nullopt;
  const Tlv tlv{static_cast<std::uint8_t>(rest[0]), rest.substr(fixed, length)};
  rest.remove_prefix(fixed + length);
  return tlv;
}

// A flag each for TLS at all, and for a certificate shown in this connection or in the one that began the TLS session;
// then zero if that certificate was found to be good; then TLVs of their own.
std::string read_tls(std::string_view value, ProxyTls& into) {
  constexpr std::size_t fixed = 5;
  if (value.size() < fixed) return fmt::format("its TLS part has {} bytes, too few", value.size());
  const auto flags = static_cast<unsigned char>(value[0]);
  into.used = (flags & 1) != 0;
  into.certificate = (flags & 6) != 0;
  into.verified = into.certificate && number_of(value.substr(1, 4)) == 0;
  for (auto rest = value.substr(fixed); !rest.empty();) {
    const auto tlv = take_tlv(rest);
    if (!tlv) return "a part inside its TLS part ends past the end";
    if (tlv->type == type_tls_version) into.version = tlv->value;
    if (tlv->type == type_tls_common_name) into.common_name = tlv->value;
    if (tlv->type == type_tls_cipher) into.cipher = tlv->value;
    if (tlv->type == type_tls_signature_algorithm) into.signature_algorithm = tlv->value;
    if (tlv->type == type_tls_key_algorithm) into.key_algorithm = tlv->value;
  }
  return {};
}

// The checksum is that of the header with zeros in the checksum's place.
std::string check_crc32c(std::string_view value, std::string_view whole) {
  constexpr std::array<char, 4> zeros{};
  if (value.size() != zeros.size()) return fmt::format("its checksum has {} bytes, not 4", value.size());
  const auto place = static_cast<std::size_t>(value.data() - whole.data());
  const auto before = crc32c(whole.substr(0, place));
  const auto through = crc32c({zeros.data(), zeros.size()}, before);
  const auto sum = crc32c(whole.substr(place + zeros.size()), through);
  if (sum == number_of(value)) return {};
  return fmt::format("its checksum is {:08x}, but says {:08x}", sum, number_of(value));
}

}  // namespace

std::string read_proxy_tlvs(std::string_view tlvs, std::string_view whole, ProxyHeader& into) {
  while (!tlvs.empty()) {
    const auto tlv = take_tlv(tlvs);
    if (!tlv) return "a part of it ends past its end";
    std::string error;
    if (tlv->type == type_alpn) into.alpn = tlv->value;
    if (tlv->type == type_authority) into.authority = tlv->value;
    if (tlv->type == type_network_namespace) into.network_namespace = tlv->value;
    if (tlv->type == type_unique_id) into.unique_id = tlv->value;
    if (tlv->type == type_crc32c) error = check_crc32c(tlv->value, whole);
    if (tlv->type == type_tls) error = read_tls(tlv->value, into.tls.emplace());
    // Padding (0x04), and every type that is not known, says nothing.
    if (!error.empty()) return error;
  }
  if (into.unique_id.size() > longest_unique_id)
    return fmt::format("its unique id has {} bytes, at most {} are allowed", into.unique_id.size(), longest_unique_id);
  return {};
}

}  // namespace portico
