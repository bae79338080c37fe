#include "protocol/proxy_protocol/proxy_header_versions.hpp"

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace portico {
namespace {

// The signature, a byte for version and command, one for family and protocol, and the length of the rest.
constexpr std::size_t fixed_size = 16;
constexpr std::size_t max_path = 108;  // sun_path of struct sockaddr_un

enum class Family : std::uint8_t { unspecified, ipv4, ipv6, unix_socket };
enum class Protocol : std::uint8_t { unspecified, stream, datagram };
constexpr std::array<std::size_t, 4> addresses_size{0, 12, 36, 2 * max_path};

template <typename Ip>
asio::ip::address parse_ip(std::string_view bytes) {
  typename Ip::bytes_type numbers;
  std::copy_n(bytes.begin(), numbers.size(), numbers.begin());
  return Ip(numbers);
}

// Source and destination address, then source and destination port.
template <typename Ip>
ProxyHeader::Addresses parse_addresses(std::string_view bytes) {
  constexpr std::size_t length = sizeof(typename Ip::bytes_type);
  const auto port = [&bytes](std::size_t at) {
    return static_cast<std::uint16_t>(read_big_endian(bytes.substr(at, 2)));
  };
  return {{parse_ip<Ip>(bytes), port(2 * length)}, {parse_ip<Ip>(bytes.substr(length)), port(2 * length + 2)}};
}

// A path is padded with zero bytes, unless it has the maximum length. One that begins with a zero byte is an abstract
// name of Linux (unix(7)), shown with "@" as ss(8) does.
std::string parse_path(std::string_view bytes) {
  const bool abstract = bytes.front() == '\0' && bytes.find_first_not_of('\0') != std::string_view::npos;
  if (!abstract) return std::string(bytes.substr(0, bytes.find('\0')));
  bytes.remove_prefix(1);
  return "@" + std::string(bytes.substr(0, bytes.find_last_not_of('\0') + 1));
}

ProxyHeader make_header(Family family, std::string_view addresses) {
  ProxyHeader header;
  if (family == Family::ipv4) header.addresses = parse_addresses<asio::ip::address_v4>(addresses);
  if (family == Family::ipv6) header.addresses = parse_addresses<asio::ip::address_v6>(addresses);
  if (family == Family::unix_socket)
    header.unix_addresses = {parse_path(addresses.substr(0, max_path)), parse_path(addresses.substr(max_path))};
  return header;
}

// Parses a complete header with the command PROXY (section 2.2).
ProxyHeaderStep parse_proxied(std::string_view whole) {
  const auto kind = static_cast<unsigned char>(whole[13]);
  if (kind >> 4 > 3) return invalid_proxy_header(fmt::format("PROXY header: unknown address family {}", kind >> 4));
  if ((kind & 0xF) > 2) return invalid_proxy_header(fmt::format("PROXY header: unknown protocol {}", kind & 0xF));
  const auto family = static_cast<Family>(kind >> 4);
  const auto protocol = static_cast<Protocol>(kind & 0xF);
  if (protocol == Protocol::datagram)
    return invalid_proxy_header("PROXY header: datagram protocol on a stream connection");

  const auto size = addresses_size[static_cast<std::size_t>(family)];
  const auto rest = whole.substr(fixed_size);
  if (rest.size() < size)
    return invalid_proxy_header(
        fmt::format("PROXY header: {} bytes are too few for addresses of {}", rest.size(), size));
  // If the protocol is unspecified, the addresses must be ignored.
  ProxyHeader header = make_header(protocol == Protocol::stream ? family : Family::unspecified, rest.substr(0, size));
  if (auto error = read_proxy_tlvs(rest.substr(size), whole, header))
    return invalid_proxy_header("PROXY header: " + std::move(*error));
  return complete_proxy_header(std::move(header), whole.size());
}

}  // namespace

ProxyHeaderStep parse_proxy_header_v2(std::string_view bytes) {
  constexpr auto version_index = proxy_signature_v2.size();
  if (bytes.size() > version_index) {
    const auto byte = static_cast<unsigned char>(bytes[version_index]);
    if (byte >> 4 != 2) return invalid_proxy_header(fmt::format("PROXY header: unknown version {}", byte >> 4));
    if ((byte & 0xF) > 1) return invalid_proxy_header(fmt::format("PROXY header: unknown command {}", byte & 0xF));
  }
  if (bytes.size() < fixed_size) return incomplete_proxy_header(fixed_size);

  const std::size_t size = fixed_size + read_big_endian(bytes.substr(14, 2));
  if (size > max_proxy_header_v2)
    return invalid_proxy_header(
        fmt::format("PROXY header: {} bytes announced, at most {} allowed", size, max_proxy_header_v2));
  if (bytes.size() < size) return incomplete_proxy_header(size);
  // LOCAL: the proxy's own connection; everything after the length must be ignored.
  const bool local = (bytes[version_index] & 0xF) == 0;
  return local ? complete_proxy_header({}, size) : parse_proxied(bytes.substr(0, size));
}

}  // namespace portico
