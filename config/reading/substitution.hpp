#pragma once

#include "config/reading/env.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// A text of the file with every ${...} replaced. What came from outside must not be shown to anyone.
struct Substituted {
  std::optional<std::string> text;
  std::string wrong;          // without a text: why not
  bool from_outside = false;  // something was replaced
};

// Replaces ${env:NAME}, ${env:NAME:-default} and ${file:path} (relative to `base`; one line end at its end is dropped).
// "$${" stands for "${".
Substituted substitute(std::string_view text, const std::filesystem::path& base, const Env& surroundings);

// The text which substitute() turns into `text`.
std::string escaped_for_substitution(std::string_view text);

}  // namespace portico
