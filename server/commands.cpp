#include "server/commands.hpp"

#include "config/load.hpp"
#include "server/version.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

namespace portico {

int check_file(const std::filesystem::path& file, const Registry& handlers) {
  const auto descriptions = handlers.descriptions();
  const auto result = load_config(file, descriptions);
  for (const auto& warning : result.warnings) fmt::print(stderr, "{}\n", to_string(warning, "warning"));
  for (const auto& problem : result.problems) fmt::print(stderr, "{}\n", to_string(problem));
  if (result.loaded()) fmt::print("{}: ok, {} endpoints\n", file.string(), result.config.endpoints.size());
  return result.exit_code();
}

int list_handlers(const Registry& handlers) {
  std::size_t width = 0;
  for (const auto& handler : handlers.handlers()) width = std::max(width, handler.description.name.size());
  for (const auto& handler : handlers.handlers())
    fmt::print("{:<{}}  {}\n", handler.description.name, width, handler.description.help);
  return ExitCode::done;
}

int show_version() {
  fmt::print("portico {}\nasio {}\ntls {}\nbackend {}\n", version::portico(), version::asio(), version::tls(),
             version::backend());
  return ExitCode::done;
}

}  // namespace portico
