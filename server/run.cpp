#include <portico/run.hpp>

#include "server/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <functional>
#include <string>

namespace portico {

int run(int argc, char** argv, const Registry& handlers) {
  CLI::App app("An asynchronous TCP server: a JSON file names endpoints, each served by a session handler.", "portico");
  app.require_subcommand(1);

  std::string file;
  std::function<int()> chosen;
  const auto command = [&](const char* name, const char* help, std::function<int()> action) {
    auto* sub = app.add_subcommand(name, help);
    sub->callback([&chosen, action = std::move(action)] { chosen = action; });
    return sub;
  };
  const auto with_file = [&file](CLI::App* sub) { sub->add_option("FILE", file, "The configuration, JSON")->required(); };

  with_file(command("run", "Serve until told to stop", [&] { return serve_file(file, handlers); }));
  with_file(command("check", "Report every problem of a configuration; binds nothing",
                    [&] { return check_file(file, handlers); }));
  command("handlers", "Name and one line for each handler", [&] { return list_handlers(handlers); });
  command("version", "Versions of this program and what it is built from", [] { return show_version(); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help is an "error" of exit code 0 and goes to stdout.
    return app.exit(error) == 0 ? ExitCode::done : ExitCode::wrong_command_line;
  }
  return chosen();
}

}  // namespace portico
