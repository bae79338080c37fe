#include "config/reading/path.hpp"

#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portico {
namespace {

// A dot separates the steps of a path, so a key with one is quoted.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '$';
}

}  // namespace

Path::Step Path::enter(std::string_view key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), is_plain);
  return {*this, (text_.empty() ? "" : ".") + (plain ? std::string(key) : quote(key)),
          fmt::format(".{}:{}", key.size(), key)};
}

Path::Step Path::enter(std::size_t index) {
  const std::string text = fmt::format("[{}]", index);
  return {*this, text, text};
}

}  // namespace portico
