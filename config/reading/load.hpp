#pragma once

#include "config/reading/env.hpp"
#include "config/reading/problem.hpp"
#include "config/reading/reader.hpp"
#include "config/settings/config.hpp"

#include <portico/options.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Result of loading a configuration. Invalid input never throws; it gives problems, in file order.
struct LoadResult {
  enum class Outcome { loaded, has_problems, bad_input };

  Outcome outcome = Outcome::bad_input;  // bad_input: the file cannot be read, or is not JSON
  Config config;                         // complete only when loaded
  std::vector<Problem> problems;         // empty when loaded
  std::vector<Problem> warnings;

  // Printed as the file spells them instead of with their values, which may be secret.
  SubstitutedSettings substituted;
  HiddenValues hidden;  // those of `substituted` that messages must not show

  // Returns a message about the configuration as it may be shown: on one line, without the values from substitutions
  // that may be secret.
  std::string shown(std::string_view message) const { return hidden.hide(message); }

  bool loaded() const { return outcome == Outcome::loaded; }
  int exit_code() const { return static_cast<int>(outcome); }  // of `check` and `run`: 0, 1 or 2
};

// Loads and checks a file; "-" is the standard input, whose relative paths are relative to the working directory.
// `handlers` are those that an endpoint can name.
LoadResult load_config(const std::filesystem::path& file, std::span<const HandlerDescription> handlers);

// Loads and checks a text. `name` is the file name in problems; relative paths are relative to `base`.
LoadResult load_config_text(std::string_view name, std::string_view text, const std::filesystem::path& base,
                            std::span<const HandlerDescription> handlers, const Env& env);

}  // namespace portico
