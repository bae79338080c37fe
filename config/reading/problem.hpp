#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portico {

// One error or warning about a configuration file, as `check` shows it.
struct Problem {
  std::string file;
  std::size_t line = 0;  // from 1, as is the column, which counts characters; 0: the file as a whole
  std::size_t column = 0;
  std::string path;  // "endpoints.echo.listen[1]"; empty: the file as a whole
  std::string message;

  friend bool operator==(const Problem&, const Problem&) = default;
};

// Returns "server.json:5:36: endpoints.echo.options.max_line: must be ..."; the kind ("warning") comes before the path.
std::string to_string(const Problem& problem, std::string_view kind = {});

}  // namespace portico
