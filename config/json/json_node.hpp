#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// One value of a JSON text, with its position. A file is parsed into a tree of these before it is checked, so that
// every problem has a position.
struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, integer, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::uint32_t offset = 0;      // of the value's first byte
  std::uint32_t key_offset = 0;  // of the opening quote of the key; for members of an object
  std::int64_t integer = 0;
  double number = 0;  // also of integers that do not fit into `integer`
  std::string string;
  std::string key;
  std::vector<JsonNode> children;  // entries of an array, members of an object, in file order; keys may be duplicate

  // Returns the first member with the key `name`, or null.
  const JsonNode* find(std::string_view name) const;
};

}  // namespace portico
