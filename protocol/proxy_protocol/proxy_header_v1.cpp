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

// Four decimal numbers, and no other form that some systems take: the one text that such an address is written as.
std::optional<address> ipv4_from(const std::string& text) {
  std::error_code error;
  const auto ip = asio::ip::make_address_v4(text, error);
  if (error || ip.to_string() != text) return std::nullopt;
  return ip;
}

// Any form of RFC 4291 section 2.2, but neither a zone nor what systems allow besides.
std::optional<address> ipv6_from(const std::string& text) {
  if (text.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) return std::nullopt;
  if (text.find(':') == std::string::npos) return std::nullopt;
  std::error_code error;
  const auto ip = asio::ip::make_address_v6(text, error);
  if (error) return std::nullopt;
  return ip;
}

// 0 to 65535 in decimal, without a zero in front.
std::optional<std::uint16_t> port_from(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool all = end == text.data() + text.size() && !text.empty();
  if (error != std::errc() || !all || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return port;
}

ProxyHeaderStep wrong_address(std::string_view family, std::string_view text) {
  return invalid_proxy_header(fmt::format("PROXY header: {} is not an address of {}", json_text(text), family));
}

ProxyHeaderStep wrong_port(std::string_view text) {
  return invalid_proxy_header(fmt::format("PROXY header: {} is not a port", json_text(text)));
}

// `fields`: "192.0.2.1 192.0.2.2 56324 443", of the family TCP4 or TCP6.
ProxyHeaderStep read_ends(std::string_view family, std::string_view fields, std::size_t size) {
  std::array<std::string, 4> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto end = fields.find(' ');
    const bool last = i + 1 == texts.size();
    if ((end == std::string_view::npos) != last)
      return invalid_proxy_header("PROXY header: not two addresses and two ports, one space between them");
    texts[i] = fields.substr(0, end);
    if (!last) fields.remove_prefix(end + 1);
  }
  const auto address_from = family == "TCP4" ? ipv4_from : ipv6_from;
  const auto client = address_from(texts[0]);
  if (!client) return wrong_address(family, texts[0]);
  const auto destination = address_from(texts[1]);
  if (!destination) return wrong_address(family, texts[1]);
  const auto client_port = port_from(texts[2]);
  if (!client_port) return wrong_port(texts[2]);
  const auto destination_port = port_from(texts[3]);
  if (!destination_port) return wrong_port(texts[3]);
  ProxyHeader header;
  header.ends = {{*client, *client_port}, {*destination, *destination_port}};
  return complete_proxy_header(std::move(header), size);
}

}  // namespace

// "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" (section 2.1).
ProxyHeaderStep parse_proxy_header_v1(std::string_view bytes) {
  const auto line = bytes.substr(0, longest_proxy_header_v1);
  const auto end = line.find_first_of("\r\n");
  const bool may_still_end = end == std::string_view::npos || line.substr(end) == "\r";
  if (may_still_end && line.size() < longest_proxy_header_v1) return incomplete_proxy_header(bytes.size() + 1);
  if (may_still_end)
    return invalid_proxy_header(fmt::format("PROXY header: no CRLF in its first {} bytes", longest_proxy_header_v1));
  if (line.substr(end, 2) != "\r\n") return invalid_proxy_header("PROXY header: its line does not end in CRLF");

  const auto size = end + 2;
  const auto text = line.substr(proxy_signature_v1.size(), end - proxy_signature_v1.size());
  const auto family = text.substr(0, text.find(' '));
  // Whatever follows is to be ignored.
  if (family == "UNKNOWN") return complete_proxy_header({}, size);
  if (family != "TCP4" && family != "TCP6")
    return invalid_proxy_header(
        fmt::format("PROXY header: {} is none of TCP4, TCP6 and UNKNOWN", json_text(family.substr(0, 16))));
  return read_ends(family, text.substr(std::min(text.size(), family.size() + 1)), size);
}

}  // namespace portico
