#include "config/reading/path.hpp"

#include "config/values/suggest.hpp"

#include <algorithm>

namespace portico {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '$' || c == '.' || c == '*';
}

}  // namespace

Path::Step Path::enter(std::string_view key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), is_plain);
  return {text_, (text_.empty() ? "" : ".") + (plain ? std::string(key) : quote(key))};
}

bool is_within(std::string_view path, std::string_view outer) {
  if (outer.empty()) return true;
  if (!path.starts_with(outer)) return false;
  return path.size() == outer.size() || path[outer.size()] == '.' || path[outer.size()] == '[';
}

}  // namespace portico
