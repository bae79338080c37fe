#include "config/values/ip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace portico {
namespace {

// Removes a number of at most `digits` digits from the front of `text`, and returns it.
std::optional<unsigned> consume_number(std::string_view& text, int base, std::size_t digits) {
  unsigned value = 0;
  const char* end = text.data() + std::min(text.size(), digits);
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return value;
}

// Parses one side of "::": groups of up to four hexadecimal digits, of which the last two may be an IPv4 address.
// Returns their bytes, at most 16.
std::optional<std::string> groups_from_text(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.find(':') == std::string_view::npos && text.find('.') != std::string_view::npos) {
      const auto v4 = ipv4_from_text(text);
      if (!v4) return std::nullopt;
      bytes.append(v4->begin(), v4->end());
      break;
    }
    const auto group = consume_number(text, 16, 4);
    if (!group) return std::nullopt;
    bytes += static_cast<char>(*group >> 8);
    bytes += static_cast<char>(*group & 0xFF);
    if (text.empty()) break;
    if (text.front() != ':' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  if (bytes.size() > 16) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<Ipv4Bytes> ipv4_from_text(std::string_view text) {
  Ipv4Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    if (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') return std::nullopt;
    const auto number = consume_number(text, 10, 3);
    if (!number || *number > 255) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*number);
  }
  if (!text.empty()) return std::nullopt;
  return bytes;
}

std::string ipv4_to_text(const std::uint8_t* bytes) {
  return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

std::optional<Ipv6Bytes> ipv6_from_text(std::string_view text) {
  const std::size_t gap = text.find("::");
  const auto front = groups_from_text(text.substr(0, gap));
  const auto back = groups_from_text(gap == std::string_view::npos ? std::string_view() : text.substr(gap + 2));
  if (!front || !back) return std::nullopt;
  const std::size_t given = front->size() + back->size();
  if (gap == std::string_view::npos ? given != 16 : given > 14) return std::nullopt;

  Ipv6Bytes bytes{};
  for (std::size_t i = 0; i < front->size(); ++i) bytes[i] = static_cast<std::uint8_t>((*front)[i]);
  for (std::size_t i = 0; i < back->size(); ++i) bytes[16 - back->size() + i] = static_cast<std::uint8_t>((*back)[i]);
  return bytes;
}

std::string ipv6_to_text(const Ipv6Bytes& bytes) {
  const auto group = [&](std::size_t i) { return static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]); };
  std::size_t gap = 8, gap_length = 1;  // the longest run of zero groups, if longer than one, becomes "::"
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && group(i + length) == 0) ++length;
    if (length > gap_length) {
      gap = i;
      gap_length = length;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", group(i));
  }
  return text;
}

std::optional<Ipv4Bytes> mapped_ipv4(const Ipv6Bytes& bytes) {
  constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(prefix.begin(), prefix.end(), bytes.begin())) return std::nullopt;
  return Ipv4Bytes{bytes[12], bytes[13], bytes[14], bytes[15]};
}

bool is_link_local(const Ipv6Bytes& bytes) { return bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80; }

}  // namespace portico
