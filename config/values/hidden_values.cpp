#include "config/values/hidden_values.hpp"

#include "config/values/suggest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace portico {
namespace {

// A piece of a hidden text of this length is hidden wherever it stands. Shorter texts, which may be part of an ordinary
// word, are hidden where they stand alone.
constexpr std::size_t min_piece = 6;

// Shorter texts are not hidden: too short for a secret, they may be ordinary words of a message, such as "no" and "on".
constexpr std::size_t min_text = 4;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool stands_alone(std::string_view message, std::size_t at, std::size_t length) {
  const std::size_t end = at + length;
  const bool joined_before = at > 0 && is_word(message[at - 1]) && is_word(message[at]);
  const bool joined_after = end < message.size() && is_word(message[end]) && is_word(message[end - 1]);
  return !joined_before && !joined_after;
}

std::size_t common_length(std::string_view left, std::string_view right) {
  const std::size_t length = std::min(left.size(), right.size());
  return static_cast<std::size_t>(
      std::mismatch(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(length), right.begin()).first -
      left.begin());
}

// Returns the length of what must be hidden at this position; 0: nothing.
std::size_t hidden_length(std::string_view message, std::size_t at, const HiddenText& hidden) {
  const std::string_view rest = message.substr(at);
  const std::string_view text = hidden.text;
  if (rest.starts_with(text) && (text.size() >= min_piece || stands_alone(message, at, text.size())))
    return text.size();
  if (hidden.only_whole || text.size() < min_piece || rest.size() < min_piece) return 0;
  std::size_t longest = 0;
  const std::string_view piece = rest.substr(0, min_piece);
  for (std::size_t found = text.find(piece); found != std::string_view::npos; found = text.find(piece, found + 1))
    longest = std::max(longest, common_length(text.substr(found), rest));
  return longest;
}

}  // namespace

void HiddenValues::add(HiddenText text) {
  if (text.text.size() >= min_text) texts_.push_back(std::move(text));
}

std::string HiddenValues::hide(std::string_view message) const {
  std::string shown;
  for (std::size_t at = 0; at < message.size();) {
    const HiddenText* found = nullptr;
    std::size_t length = 0;
    for (const HiddenText& hidden : texts_) {
      if (message.substr(at).starts_with(hidden.spelled)) {  // already as in the file
        found = &hidden;
        length = hidden.spelled.size();
        break;
      }
      const std::size_t here = hidden_length(message, at, hidden);
      if (here > length) {
        found = &hidden;
        length = here;
      }
    }
    if (found != nullptr)
      shown += found->spelled;
    else
      shown += message[at];
    at += std::max<std::size_t>(length, 1);
  }
  return escape_control_characters(shown);
}

}  // namespace portico
