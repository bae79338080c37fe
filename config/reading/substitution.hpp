#pragma once

#include "config/reading/env.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {

// A string of the file with every ${...} replaced. Its text may be secret if it has `parts`, and must not be shown.
struct Substituted {
  std::optional<std::string> text;
  std::string error;         // without a text: the reason
  bool is_external = false;  // something was replaced

  // Each text from outside the file, and what it replaced: "${env:A}". Neither a default nor its equal is from
  // outside.
  std::vector<std::pair<std::string, std::string>> parts;
};

// Replaces ${env:NAME}, ${env:NAME:-default} and ${file:path}. As in a shell, the default is also that of a variable
// which is set to nothing. The path is relative to `base`, and one line end at the end of the file is dropped. "$${" is
// a literal "${", in a default too.
Substituted substitute(std::string_view text, const std::filesystem::path& base, const Env& env);

// Returns true if substitute() would replace something in it, or report that it cannot.
bool has_substitution(std::string_view text);

// Returns the string that substitute() turns into `text`.
std::string escape_substitutions(std::string_view text);

}  // namespace portico
