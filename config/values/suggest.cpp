#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace portico {
namespace {

// A name without what people vary: "maxLine" and "max-line" are "max_line".
std::string plain(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (c == '_' || c == '-') continue;
    letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return letters;
}

// How many letters must be changed, added, dropped or swapped with their neighbour to make one text the other
// (optimal string alignment distance).
std::size_t distance(std::string_view left, std::string_view right) {
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

}  // namespace

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest_name = 64;
  if (text.size() > longest_name) return {};
  const std::string wanted = plain(text);
  std::string_view best;
  std::size_t best_distance = wanted.size() / 3 + 2;  // further away is a guess, not a suggestion
  for (const std::string_view name : known) {
    const std::string candidate = plain(name);
    const bool is_part = candidate.size() >= 3 && (wanted.starts_with(candidate) || candidate.starts_with(wanted));
    std::size_t away = distance(wanted, candidate);
    if (is_part && wanted.size() >= 3) away = std::min<std::size_t>(away, 2);
    if (away < best_distance && away < name.size()) {
      best = name;
      best_distance = away;
    }
  }
  return best;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string shown = "\"";
  std::size_t taken = 0;
  for (const char c : text) {
    const bool starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (taken >= longest && starts_character) {
      shown += "...";
      break;
    }
    ++taken;
    if (c == '"' || c == '\\') shown += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      shown += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      shown += c;
    }
  }
  return shown + "\"";
}

std::string joined_by_or(const std::vector<std::string>& texts) {
  const bool long_winded = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    return text.find(" or ") != std::string::npos || text.find(", ") != std::string::npos;
  });
  std::string all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) all += i + 1 < texts.size() ? ", " : long_winded ? ", or " : " or ";
    all += texts[i];
  }
  return all;
}

}  // namespace portico
