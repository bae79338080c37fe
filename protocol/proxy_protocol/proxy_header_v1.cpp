#include "protocol/proxy_protocol/proxy_header_versions.hpp"

#include <portico/json_text.hpp>

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace portico {
namespace {

using asio::ip::address;

// Four decimal numbers without leading zeros. Other forms, which some systems accept, would make two strings mean one
// address; comparing with the canonical string rejects them.
std::optional<address> parse_ipv4(const std::string& text) {
  std::error_code error;
  const auto ip = asio::ip::make_address_v4(text, error);
  if (error || ip.to_string() != text) return std::nullopt;
  return ip;
}

// Any form of RFC 4291 section 2.2, but no zone and no other extension of a system.
std::optional<address> parse_ipv6(const std::string& text) {
  if (text.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) return std::nullopt;
  if (text.find(':') == std::string::npos) return std::nullopt;
  std::error_code error;
  const auto ip = asio::ip::make_address_v6(text, error);
  if (error) return std::nullopt;
  return ip;
}

// 0 to 65535 in decimal, without leading zeros.
std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_complete = end == text.data() + text.size() && !text.empty();
  if (error != std::errc() || !is_complete || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return port;
}

ProxyHeaderStep address_error(std::string_view family, std::string_view text) {
  return invalid_proxy_header(fmt::format("PROXY header: {} is not a valid {} address", json_text(text), family));
}

ProxyHeaderStep port_error(std::string_view text) {
  return invalid_proxy_header(fmt::format("PROXY header: {} is not a valid port", json_text(text)));
}

// Parses "192.0.2.1 192.0.2.2 56324 443", the fields after the family TCP4 or TCP6.
ProxyHeaderStep parse_addresses(std::string_view family, std::string_view fields, std::size_t size) {
  std::array<std::string, 4> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto end = fields.find(' ');
    const bool last = i + 1 == texts.size();
    if ((end == std::string_view::npos) != last)
      return invalid_proxy_header("PROXY header: expected two addresses and two ports, separated by single spaces");
    texts[i] = fields.substr(0, end);
    if (!last) fields.remove_prefix(end + 1);
  }
  const auto parse_ip = family == "TCP4" ? parse_ipv4 : parse_ipv6;
  const auto client = parse_ip(texts[0]);
  if (!client) return address_error(family, texts[0]);
  const auto destination = parse_ip(texts[1]);
  if (!destination) return address_error(family, texts[1]);
  const auto client_port = parse_port(texts[2]);
  if (!client_port) return port_error(texts[2]);
  const auto destination_port = parse_port(texts[3]);
  if (!destination_port) return port_error(texts[3]);
  ProxyHeader header;
  header.addresses = {{*client, *client_port}, {*destination, *destination_port}};
  return complete_proxy_header(std::move(header), size);
}

}  // namespace

// "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" (section 2.1).
ProxyHeaderStep parse_proxy_header_v1(std::string_view bytes) {
  const auto line = bytes.substr(0, max_proxy_header_v1);
  const auto end = line.find_first_of("\r\n");
  const bool may_still_end = end == std::string_view::npos || line.substr(end) == "\r";
  if (may_still_end && line.size() < max_proxy_header_v1) return incomplete_proxy_header(bytes.size() + 1);
  if (may_still_end)
    return invalid_proxy_header(fmt::format("PROXY header: no CRLF in the first {} bytes", max_proxy_header_v1));
  if (line.substr(end, 2) != "\r\n") return invalid_proxy_header("PROXY header: the line does not end in CRLF");

  const auto size = end + 2;
  const auto text = line.substr(proxy_signature_v1.size(), end - proxy_signature_v1.size());
  const auto family = text.substr(0, text.find(' '));
  // The rest of the line is ignored, as section 2.1 requires.
  if (family == "UNKNOWN") return complete_proxy_header({}, size);
  if (family != "TCP4" && family != "TCP6")
    return invalid_proxy_header(
        fmt::format("PROXY header: {} is not TCP4, TCP6 or UNKNOWN", json_text(family.substr(0, 16))));
  return parse_addresses(family, text.substr(std::min(text.size(), family.size() + 1)), size);
}

}  // namespace portico
