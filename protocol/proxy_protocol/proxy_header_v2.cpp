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
constexpr std::size_t longest_path = 108;  // sun_path of struct sockaddr_un

enum class Family : std::uint8_t { unspecified, ipv4, ipv6, unix_socket };
enum class Protocol : std::uint8_t { unspecified, stream, datagram };
constexpr std::array<std::size_t, 4> addresses_size{0, 12, 36, 2 * longest_path};

template <typename Ip>
asio::ip::address ip_from(std::string_view bytes) {
  typename Ip::bytes_type numbers;
  std::copy_n(bytes.begin(), numbers.size(), numbers.begin());
  return Ip(numbers);
}

// Both addresses, then both ports.
template <typename Ip>
ProxyHeader::Ends ends_from(std::string_view bytes) {
  constexpr std::size_t length = sizeof(typename Ip::bytes_type);
  const auto port = [&bytes](std::size_t at) { return static_cast<std::uint16_t>(number_of(bytes.substr(at, 2))); };
  return {{ip_from<Ip>(bytes), port(2 * length)}, {ip_from<Ip>(bytes.substr(length)), port(2 * length + 2)}};
}

// Filled up with zeros, unless it is as long as a path can be. One that begins with a zero is a name of Linux outside
// the file system; it is written with "@" there, as ss(8) does.
std::string path_from(std::string_view bytes) {
  const bool abstract = bytes.front() == '\0' && bytes.find_first_not_of('\0') != std::string_view::npos;
  if (!abstract) return std::string(bytes.substr(0, bytes.find('\0')));
  bytes.remove_prefix(1);
  return "@" + std::string(bytes.substr(0, bytes.find_last_not_of('\0') + 1));
}

ProxyHeader header_from(Family family, std::string_view addresses) {
  ProxyHeader header;
  if (family == Family::ipv4) header.ends = ends_from<asio::ip::address_v4>(addresses);
  if (family == Family::ipv6) header.ends = ends_from<asio::ip::address_v6>(addresses);
  if (family == Family::unix_socket)
    header.unix_ends = {path_from(addresses.substr(0, longest_path)), path_from(addresses.substr(longest_path))};
  return header;
}

// What a client's proxy says, all of which is there (section 2.2).
ProxyHeaderStep read_proxied(std::string_view whole) {
  const auto kind = static_cast<unsigned char>(whole[13]);
  if (kind >> 4 > 3) return invalid_proxy_header(fmt::format("PROXY header: unknown address family {}", kind >> 4));
  if ((kind & 0xF) > 2) return invalid_proxy_header(fmt::format("PROXY header: unknown protocol {}", kind & 0xF));
  const auto family = static_cast<Family>(kind >> 4);
  const auto protocol = static_cast<Protocol>(kind & 0xF);
  if (protocol == Protocol::datagram) return invalid_proxy_header("PROXY header: for datagrams, on a stream");

  const auto size = addresses_size[static_cast<std::size_t>(family)];
  const auto rest = whole.substr(fixed_size);
  if (rest.size() < size)
    return invalid_proxy_header(
        fmt::format("PROXY header: {} bytes, too few for its addresses of {}", rest.size(), size));
  // Where the protocol is not known, the addresses say nothing.
  ProxyHeader header = header_from(protocol == Protocol::stream ? family : Family::unspecified, rest.substr(0, size));
  if (auto error = read_proxy_tlvs(rest.substr(size), whole, header); !error.empty())
    return invalid_proxy_header("PROXY header: " + std::move(error));
  return complete_proxy_header(std::move(header), whole.size());
}

}  // namespace

ProxyHeaderStep parse_proxy_header_v2(std::string_view bytes) {
  constexpr auto version_at = proxy_signature_v2.size();
  if (bytes.size() > version_at) {
    const auto byte = static_cast<unsigned char>(bytes[version_at]);
    if (byte >> 4 != 2) return invalid_proxy_header(fmt::format("PROXY header: unknown version {}", byte >> 4));
    if ((byte & 0xF) > 1) return invalid_proxy_header(fmt::format("PROXY header: unknown command {}", byte & 0xF));
  }
  if (bytes.size() < fixed_size) return incomplete_proxy_header(fixed_size);

  const std::size_t size = fixed_size + number_of(bytes.substr(14, 2));
  if (size > longest_proxy_header_v2)
    return invalid_proxy_header(
        fmt::format("PROXY header: {} bytes announced, at most {} allowed", size, longest_proxy_header_v2));
  if (bytes.size() < size) return incomplete_proxy_header(size);
  // LOCAL: the proxy's own connection; all the rest is to be skipped.
  const bool local = (bytes[version_at] & 0xF) == 0;
  return local ? complete_proxy_header({}, size) : read_proxied(bytes.substr(0, size));
}

}  // namespace portico
