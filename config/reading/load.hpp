#pragma once

#include "config/reading/env.hpp"
#include "config/reading/problem.hpp"
#include "config/settings/config.hpp"

#include <portico/options.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// What came of reading a configuration. Bad input is never an exception: it is a list of problems, in file order.
struct LoadResult {
  enum class Outcome { loaded, has_problems, unreadable };

  Outcome outcome = Outcome::unreadable;  // unreadable: the file cannot be read or is not JSON
  Config config;                          // whole only when loaded
  std::vector<Problem> problems;          // empty when loaded
  std::vector<Problem> warnings;

  // Settings whose value came from outside the file, by path, as the file spells them: "${env:PORT}". Whatever prints a
  // setting prints this instead of the value.
  std::map<std::string, std::string> substituted;

  bool loaded() const { return outcome == Outcome::loaded; }
  int exit_code() const { return static_cast<int>(outcome); }  // of `check` and `run`: 0, 1 or 2
};

// Reads and checks a file. `handlers` are those an endpoint can name.
LoadResult load_config(const std::filesystem::path& file, std::span<const HandlerDescription> handlers);

// The same for a text. `name` stands for the file in problems; relative paths are relative to `base`.
LoadResult load_config_text(std::string_view name, std::string_view text, const std::filesystem::path& base,
                            std::span<const HandlerDescription> handlers, const Env& surroundings);

}  // namespace portico
