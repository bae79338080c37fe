#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portico {

// One mistake in a configuration file, or one thing worth a warning.
struct Problem {
  std::string file;
  std::size_t line = 0;  // from 1, like the column, which counts characters; 0: the file as a whole
  std::size_t column = 0;
  std::string path;  // "endpoints.echo.listen[1]"; empty: the file as a whole
  std::string message;

  friend bool operator==(const Problem&, const Problem&) = default;
};

// "server.json:5:36: endpoints.echo.options.max_line: must be ..."; a kind ("warning") goes before the path.
std::string to_string(const Problem& problem, std::string_view kind = {});

}  // namespace portico
