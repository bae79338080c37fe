// TLVs (type, length, value) of a header of version 2: sections 2.2.1 to 2.2.7 of proxy-protocol.txt.

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
// Of the range for applications, 0xE0 to 0xEF.
constexpr std::uint8_t type_google = 0xE0;
constexpr std::uint8_t type_aws = 0xEA;
constexpr std::uint8_t type_azure = 0xEE;

constexpr std::size_t max_unique_id = 128;

struct Tlv {
  std::uint8_t type;
  std::string_view value;
};

// Removes the first TLV from `rest` and returns it; nothing if it extends past the end.
std::optional<Tlv> pop_tlv(std::string_view& rest) {
  constexpr std::size_t fixed = 3;
  if (rest.size() < fixed) return std::nullopt;
  const std::size_t length = read_big_endian(rest.substr(1, 2));
  if (rest.size() - fixed < length) return std::nullopt;
  const Tlv tlv{static_cast<std::uint8_t>(rest[0]), rest.substr(fixed, length)};
  rest.remove_prefix(fixed + length);
  return tlv;
}

// PP2_TYPE_SSL: a byte of flags (TLS used; certificate presented in this connection; in the TLS session that it belongs
// to), four bytes that are zero if the certificate was verified, and nested TLVs. Returns an error, or nothing.
std::optional<std::string> read_tls(std::string_view value, ProxyTls& into) {
  constexpr std::size_t fixed = 5;
  if (value.size() < fixed) return fmt::format("the TLS TLV has only {} bytes", value.size());
  const auto flags = static_cast<unsigned char>(value[0]);
  into.used = (flags & 1) != 0;
  into.certificate = (flags & 6) != 0;
  into.verified = into.certificate && read_big_endian(value.substr(1, 4)) == 0;
  for (auto rest = value.substr(fixed); !rest.empty();) {
    const auto tlv = pop_tlv(rest);
    if (!tlv) return "a TLV inside the TLS TLV extends past its end";
    if (tlv->type == type_tls_version) into.version = tlv->value;
    if (tlv->type == type_tls_common_name) into.common_name = tlv->value;
    if (tlv->type == type_tls_cipher) into.cipher = tlv->value;
    if (tlv->type == type_tls_signature_algorithm) into.signature_algorithm = tlv->value;
    if (tlv->type == type_tls_key_algorithm) into.key_algorithm = tlv->value;
  }
  return std::nullopt;
}

// Reads the ids that the clouds give to the private endpoint through which the client came. Other proxies may use the
// same types for something else, so what has another form is ignored.
void read_private_endpoint(const Tlv& tlv, ProxyHeader& into) {
  constexpr char aws_vpc_endpoint = 1;  // AWS: a subtype, then "vpce-..."
  constexpr char azure_link = 1;        // Azure: a subtype, then four bytes, the lowest first
  const std::string_view value = tlv.value;
  if (tlv.type == type_aws && value.size() > 1 && value.front() == aws_vpc_endpoint)
    into.aws_vpc_endpoint = value.substr(1);
  if (tlv.type == type_azure && value.size() == 5 && value.front() == azure_link) {
    const std::string highest_first(value.rbegin(), value.rend() - 1);
    into.azure_private_link = static_cast<std::uint32_t>(read_big_endian(highest_first));
  }
  if (tlv.type == type_google && value.size() == 8) {
    into.google_private_connection =
        std::uint64_t{read_big_endian(value.substr(0, 4))} << 32 | read_big_endian(value.substr(4));
  }
}

// The checksum covers the whole header, with zeros in place of the checksum itself.
std::optional<std::string> crc32c_error(std::string_view value, std::string_view header) {
  constexpr std::array<char, 4> zeros{};
  if (value.size() != zeros.size()) return fmt::format("the checksum has {} bytes, not 4", value.size());
  const auto offset = static_cast<std::size_t>(value.data() - header.data());
  const auto head = crc32c(header.substr(0, offset));
  const auto through_zeros = crc32c({zeros.data(), zeros.size()}, head);
  const auto sum = crc32c(header.substr(offset + zeros.size()), through_zeros);
  if (sum == read_big_endian(value)) return std::nullopt;
  return fmt::format("the checksum is {:08x}, but should be {:08x}", read_big_endian(value), sum);
}

}  // namespace

std::optional<std::string> read_proxy_tlvs(std::string_view tlvs, std::string_view header, ProxyHeader& into) {
  while (!tlvs.empty()) {
    const auto tlv = pop_tlv(tlvs);
    if (!tlv) return "a TLV extends past the end of the header";
    std::optional<std::string> error;
    if (tlv->type == type_alpn) into.alpn = tlv->value;
    if (tlv->type == type_authority) into.authority = tlv->value;
    if (tlv->type == type_network_namespace) into.network_namespace = tlv->value;
    if (tlv->type == type_unique_id) into.unique_id = tlv->value;
    if (tlv->type == type_crc32c) error = crc32c_error(tlv->value, header);
    if (tlv->type == type_tls) error = read_tls(tlv->value, into.tls.emplace());
    read_private_endpoint(*tlv, into);
    // Padding (0x04) and unknown types are ignored.
    if (error) return error;
  }
  if (into.unique_id.size() > max_unique_id)
    return fmt::format("the unique id has {} bytes, at most {} are allowed", into.unique_id.size(), max_unique_id);
  return std::nullopt;
}

}  // namespace portico
