#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// One value of a JSON text, and where it stands in it. A file becomes a tree of these before anything is checked, so
// that every problem can name its place.
struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::uint32_t offset = 0;      // of the value's first byte
  std::uint32_t key_offset = 0;  // of the key's first quote; for members of an object
  std::int64_t integer = 0;
  double number = 0;  // for integers too large for `integer` as well
  std::string text;
  std::string key;
  std::vector<JsonNode> children;  // entries of a list, members of an object, in their order; a key may be there twice

  // The first member called `name`, or null.
  const JsonNode* find(std::string_view name) const;
};

}  // namespace portico
