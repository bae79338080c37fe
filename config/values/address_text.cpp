#include "config/values/address_text.hpp"

#include "config/values/ip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace portico {
namespace {

constexpr std::string_view link_local_error =
    R"(must name the interface of a link-local address, such as "[fe80::1%eth0]:7000")";

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

template <typename T>
std::optional<T> number_from_text(std::string_view text, unsigned max) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value > max) return std::nullopt;
  return static_cast<T>(value);
}

// Some programs take a leading zero for an octal number, so such a prefix is ambiguous.
std::optional<std::uint8_t> prefix_from_text(std::string_view text, unsigned bits) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return number_from_text<std::uint8_t>(text, bits);
}

// Returns "must have ..." for an invalid host, and nothing for a valid one.
std::optional<std::string> host_error(std::string_view host, bool in_brackets) {
  if (in_brackets) {
    const std::string_view address = host.substr(0, host.find('%'));  // after it: a zone, "fe80::1%eth0"
    const bool has_empty_zone = address.size() + 1 == host.size();
    const auto zoned = has_empty_zone ? ipv6_from_text(address) : std::nullopt;
    if (zoned && is_link_local(*zoned)) return std::string(link_local_error);
    if (zoned) return R"(must have the name of a zone after its "%")";
    if (ipv6_from_text(address)) return std::nullopt;
    return R"(must have an IPv6 address in its brackets, such as "[2001:db8::1]:7000")";
  }
  if (host.find(':') != std::string_view::npos) return R"(must have an IPv6 address in brackets, such as "[::1]:7000")";
  if (host.empty() || ipv4_from_text(host)) return std::nullopt;
  if (all_of(host, "0123456789.")) {
    return R"(must have an IPv4 address of four numbers from 0 to 255, such as "192.0.2.1:7000")";
  }
  if (!is_host_name(host)) return R"(must have an address or a host name before the port, such as "localhost:7000")";
  return std::nullopt;
}

constexpr std::string_view address_forms =
    R"(must be an address with a port, such as "0.0.0.0:7000", "[::]:7000", ":7000", "localhost:7000" or "unix:/run/p.sock")";
constexpr std::string_view listen_forms =
    R"(must be an address with a port, such as "0.0.0.0:7000", "[::]:7000", ":7000" or "localhost:7000", or "unix:/run/p.sock", "fd:3" or "systemd:NAME")";
constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view descriptor_prefix = "fd:";
constexpr std::string_view systemd_prefix = "systemd:";
constexpr unsigned max_descriptor = 999'999;

ParseResult<SocketAddress> unix_from_text(std::string_view path) {
  if (path == "@") return {{}, R"(must have a name after "unix:@")", {}};
  if (path.empty() || path.size() > max_unix_path) {
    return {{}, fmt::format(R"(must have a path of 1 to {} bytes after "unix:")", max_unix_path), {}};
  }
  if (path.find('\0') != std::string_view::npos) return {{}, "must have a path without zero bytes", {}};
  return {SocketAddress{{}, 0, std::string(path)}, {}, {}};
}

// The names that systemd.socket(5) allows for FileDescriptorName=.
bool is_inherited_name(std::string_view name) {
  constexpr std::size_t max_length = 255;
  return !name.empty() && name.size() <= max_length &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != ':'; });
}

// Reports an address on which no socket can listen, although its form is valid.
std::optional<ParseResult<ListenAddress>> not_listenable(const SocketAddress& address) {
  const std::string_view host = address.host;
  const std::size_t zone = host.find('%');
  const auto v6 = ipv6_from_text(host.substr(0, zone));
  if (!v6) return std::nullopt;
  if (const auto v4 = mapped_ipv4(*v6)) {
    return {{{},
             "must have an IPv4 address in its own form",
             address_to_text({ipv4_to_text(v4->data()), address.port, {}})}};
  }
  if (is_link_local(*v6) && zone == std::string_view::npos) {
    return {{{}, std::string(link_local_error), {}}};
  }
  return std::nullopt;
}

// Converts an IPv4-mapped network to the IPv4 one that it means: no client ever has a mapped address. False: its prefix
// is too short for that.
bool unmap(Network& network) {
  constexpr std::uint8_t mapped_bits = 96;
  const auto v4 = network.v6 ? mapped_ipv4(network.bytes) : std::nullopt;
  if (!v4) return true;
  if (network.prefix < mapped_bits) return false;
  const auto prefix = static_cast<std::uint8_t>(network.prefix - mapped_bits);
  network = {};
  std::copy(v4->begin(), v4->end(), network.bytes.begin());
  network.prefix = prefix;
  return true;
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  return std::all_of(text.begin(), text.end(), is_allowed) && text.front() != '.' && text.front() != '-' &&
         text.find("..") == std::string_view::npos;
}

ParseResult<SocketAddress> address_from_text(std::string_view text) {
  if (text.starts_with(unix_prefix)) return unix_from_text(text.substr(unix_prefix.size()));
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    return {{}, std::string(address_forms), std::string(text.substr(scheme + 3))};
  }
  const bool in_brackets = text.starts_with('[');
  const std::size_t close = text.find(']');
  const std::size_t colon =
      in_brackets ? (close == std::string_view::npos ? close : text.find(':', close)) : text.rfind(':');
  if (colon == std::string_view::npos || (in_brackets && colon != close + 1)) {
    const bool is_port = !text.empty() && number_from_text<std::uint16_t>(text, 65535);
    return {{}, std::string(address_forms), is_port ? fmt::format(":{}", text) : std::string()};
  }
  const std::string_view host = in_brackets ? text.substr(1, close - 1) : text.substr(0, colon);
  if (auto error = host_error(host, in_brackets)) {
    const bool bare_v6 = !in_brackets && ipv6_from_text(host);
    return {{}, std::move(*error), bare_v6 ? fmt::format("[{}]{}", host, text.substr(colon)) : std::string()};
  }
  const auto port = number_from_text<std::uint16_t>(text.substr(colon + 1), 65535);
  if (!port) return {{}, R"(must end in a port (0 to 65535) after ":")", {}};
  return {SocketAddress{std::string(host), *port, {}}, {}, {}};
}

std::string address_to_text(const SocketAddress& address) {
  if (address.is_unix()) return std::string(unix_prefix) + address.path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

ParseResult<ListenAddress> listen_address_from_text(std::string_view text) {
  if (text.starts_with(descriptor_prefix)) {
    constexpr std::size_t max_digits = 6;
    const std::string_view digits = text.substr(descriptor_prefix.size());
    const auto number = number_from_text<int>(digits, max_descriptor);
    if (number && digits.size() <= max_digits) return {ListenAddress{{}, number, {}}, {}, {}};
    return {{}, R"(must have the number of an inherited descriptor after "fd:", such as "fd:3")", {}};
  }
  if (text.starts_with(systemd_prefix)) {
    const std::string_view name = text.substr(systemd_prefix.size());
    if (is_inherited_name(name)) return {ListenAddress{{}, {}, std::string(name)}, {}, {}};
    return {{}, R"(must have the name of a socket after "systemd:", as FileDescriptorName= of its unit sets it)", {}};
  }
  auto address = address_from_text(text);
  if (address.value) {
    if (auto refused = not_listenable(*address.value)) return std::move(*refused);
    return {ListenAddress{std::move(*address.value), {}, {}}, {}, {}};
  }
  if (address.error != address_forms) return {{}, std::move(address.error), std::move(address.suggestion)};
  return {{}, std::string(listen_forms), std::move(address.suggestion)};
}

std::string listen_address_to_text(const ListenAddress& address) {
  if (address.descriptor) return fmt::format("{}{}", descriptor_prefix, *address.descriptor);
  if (address.is_inherited()) return std::string(systemd_prefix) + address.inherited_name;
  return address_to_text(address);
}

ParseResult<Network> network_from_text(std::string_view text) {
  constexpr std::string_view forms = R"(must be a network such as "10.0.0.0/8" or "2001:db8::/32")";
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  Network network;
  if (const auto v4 = ipv4_from_text(address)) {
    std::copy(v4->begin(), v4->end(), network.bytes.begin());
  } else if (const auto v6 = ipv6_from_text(address)) {
    network.bytes = *v6;
    network.v6 = true;
  } else {
    return {{}, std::string(forms), {}};
  }
  unsigned bits = network.v6 ? 128 : 32;
  std::optional<std::uint8_t> prefix = static_cast<std::uint8_t>(bits);
  if (slash != std::string_view::npos) prefix = prefix_from_text(text.substr(slash + 1), bits);
  if (!prefix) return {{}, fmt::format(R"(must have a prefix from 0 to {} after its "/")", bits), {}};
  network.prefix = *prefix;
  if (!unmap(network)) return {{}, R"(must have a prefix from 96 to 128 after an IPv4 address in IPv6 form)", {}};
  if (!network.v6) bits = 32;

  // Some programs ignore bits after the prefix and others refuse them, so such a network is ambiguous.
  Network masked = network;
  for (unsigned bit = network.prefix; bit < bits; ++bit)
    masked.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
  if (masked == network) return {network, {}, {}};
  return {{}, "must be a network without bits set after its prefix", network_to_text(masked)};
}

std::string network_to_text(const Network& network) {
  return fmt::format("{}/{}", network.v6 ? ipv6_to_text(network.bytes) : ipv4_to_text(network.bytes.data()),
                     network.prefix);
}

}  // namespace portico
