#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace portico {
namespace {

// Returns a name without the differences of naming styles: "maxLine" and "max-line" are equal to "max_line".
std::string fold(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (c == '_' || c == '-') continue;
    letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return letters;
}

// Returns the number of characters to change, add, drop or swap with a neighbour that makes one text the other (optimal
// string alignment distance).
std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before_last(width), last(width), row(width);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const bool same = left[i - 1] == right[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

// Returns the number of bytes of the control character that `text` begins with; 0: it begins with another character.
// U+0080 to U+009F, which have two bytes in UTF-8, are control characters of terminals too.
std::size_t control_length(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x20 || byte == 0x7F) return 1;
  const bool is_c1 = byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) >= 0x80 &&
                     static_cast<unsigned char>(text[1]) < 0xA0;
  return is_c1 ? 2 : 0;
}

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

// Returns the text with its control characters escaped, and with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const std::size_t length = control_length(text.substr(at)); length > 0) {
      at += length - 1;
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(text[at])));
      continue;
    }
    if (special.find(text[at]) != std::string_view::npos) result += '\\';
    result += text[at];
  }
  return result;
}

}  // namespace

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known) {
  constexpr std::size_t max_length = 64;  // the distance takes quadratic time
  if (text.size() > max_length) return {};
  const std::string wanted = fold(text);
  std::string_view best;
  std::size_t best_distance = wanted.size() / 3 + 2;  // beyond it, a suggestion would be a guess
  for (const std::string_view name : known) {
    const std::string candidate = fold(name);
    const bool is_part = candidate.size() >= 3 && (wanted.starts_with(candidate) || candidate.starts_with(wanted));
    std::size_t distance = edit_distance(wanted, candidate);
    if (is_part && wanted.size() >= 3) distance = std::min<std::size_t>(distance, 2);
    if (distance < best_distance && distance < name.size()) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string escape_control_characters(std::string_view text) { return escaped(text, {}); }

std::string quote(std::string_view text) {
  constexpr std::size_t max_bytes = 80;
  std::size_t length = std::min(text.size(), max_bytes);
  while (length < text.size() && !starts_character(text[length])) ++length;
  const std::string_view dots = length < text.size() ? "..." : "";
  return fmt::format("\"{}{}\"", escaped(text.substr(0, length), "\"\\"), dots);
}

std::string join_or(const std::vector<std::string>& texts) {
  const bool has_separator = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    return text.find(" or ") != std::string::npos || text.find(", ") != std::string::npos;
  });
  std::string all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) all += i + 1 < texts.size() ? ", " : has_separator ? ", or " : " or ";
    all += texts[i];
  }
  return all;
}

}  // namespace portico
