#pragma once

#include "config/json/json_node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Bounds that keep hostile input from costing more than a moment and some megabytes.
inline constexpr std::size_t max_file_bytes = 8 * 1024 * 1024;
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_values = 400'000;

struct SyntaxError {
  std::size_t offset = 0;
  std::string message;
};

struct ParsedText {
  std::optional<JsonNode> root;  // nothing: see `error`
  SyntaxError error;
};

// Parses JSON (RFC 8259) with comments. Never throws.
ParsedText parse_json(std::string_view text);

}  // namespace portico
