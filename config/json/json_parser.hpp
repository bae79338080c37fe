#pragma once

#include "config/json/json_node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Limits on the time and memory that hostile input can cost: about a second and some megabytes.
inline constexpr std::size_t max_file_bytes = 8 * 1024 * 1024;
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_values = 400'000;

// The first syntax error of a file.
struct SyntaxError {
  std::size_t offset = 0;
  std::string message;
};

// Result of parsing a file.
struct ParsedText {
  std::optional<JsonNode> root;  // unset: see `error`
  SyntaxError error;
};

// Parses JSON (RFC 8259) with comments. Never throws.
ParsedText parse_json(std::string_view text);

}  // namespace portico
