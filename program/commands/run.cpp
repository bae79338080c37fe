#include "config/values/suggest.hpp"
#include "program/commands/commands.hpp"
#include "program/commands/output.hpp"
#include "program/commands/version.hpp"
#include "program/host/command_line.hpp"
#include "program/host/standard_descriptors.hpp"

#include <portico/options/scalar_types.hpp>
#include <portico/run.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {

namespace {

// What the system refuses a command (descriptors, threads, memory) is its error, not a crash.
int run_to_end(const std::function<int()>& action, const Program& program) {
  try {
    return action();
  } catch (const std::exception& error) {
    print_error_line(fmt::format("{}: {}", program.name, error.what()));
    return ExitCode::cannot_start;
  }
}

// Returns the error of a first argument that is not a command, with the command that was probably meant.
std::optional<std::string> unknown_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || arguments[1].starts_with('-')) return std::nullopt;
  const std::string_view given = arguments[1];
  std::vector<std::string_view> known;
  for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  if (std::find(known.begin(), known.end(), given) != known.end()) return std::nullopt;
  const std::string_view closest = given == "help" ? "--help" : nearest(given, known);
  return fmt::format("there is no command {}; {}", quote(given),
                     closest.empty() ? fmt::format("known: {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean \"{}\"?", closest));
}

}  // namespace

int run(int argc, char** argv, const Registry& handlers, const Program& program) {
  open_standard_descriptors();
  CLI::App app("An asynchronous TCP server: a JSON file names endpoints, each served by a session handler.",
               program.name);
  app.require_subcommand(1);
  app.set_version_flag("--version", [&] { return name_and_version(program); });
  app.allow_windows_style_options(false);  // "/etc/portico.json" is a file on Windows too

  std::string file;
  const auto path = [&] { return detail::path_from_utf8(file); };
  std::function<int()> chosen;
  const auto serving = [&](const char* name, const char* help, std::function<int()> action) {
    auto* sub = app.add_subcommand(name, help);
    sub->callback([&chosen, action = std::move(action)] { chosen = action; });
    return sub;
  };
  // A command whose output is what it is for. To serve is not: whether the log can be written does not matter.
  const auto command = [&](const char* name, const char* help, std::function<int()> action) {
    return serving(name, help, [&program, action = std::move(action)] {
      return exit_code_of(run_to_end(action, program), program.name);
    });
  };
  const auto with_file = [&file](CLI::App* sub) {
    sub->add_option("FILE", file, "The configuration, JSON; - for standard input")->required();
  };

  with_file(serving("run", "Serve until a stop is requested", [&] { return run_server(path(), handlers, program); }));
  with_file(command("check", "Report every problem of a configuration; binds nothing",
                    [&] { return check_config(path(), handlers); }));
  with_file(command("healthcheck", "Exit 0 if every endpoint of a configuration accepts on this host",
                    [&] { return run_healthcheck(path(), handlers, program); }));
  with_file(command("doctor", "Report what would keep a configuration from working on this host; accepts no client",
                    [&] { return run_doctor(path(), handlers); }));
  command("schema", "JSON Schema (2020-12) of the configuration, the handlers' options included",
          [&] { return print_schema(handlers, program); });
  command("reference", "The same as schema, as a Markdown page", [&] { return print_reference(handlers, program); });
  command("defaults", "The effective configuration of FILE, or the defaults alone: every setting filled in", [&] {
    return file.empty() ? print_defaults(handlers) : print_effective_config(path(), handlers);
  })->add_option("FILE", file, "The configuration, JSON; - for standard input");
  command("handlers", "The handlers: name and one line each", [&] { return print_handlers(handlers); });
  command("version", "Versions of this program and of its libraries", [&] { return print_version(program); });

  auto arguments = utf8_arguments(argc, argv);
  if (const auto error = unknown_command(app, arguments)) {
    print_error_line(program.name + ": " + *error);
    return exit_code_of(ExitCode::wrong_command_line, program.name);
  }
  try {
    std::reverse(arguments.begin(), arguments.end());  // the parser takes them from the back,
    if (!arguments.empty()) arguments.pop_back();      // without the program's name
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    // --help is reported as an "error" of exit code 0 and goes to stdout.
    return exit_code_of(app.exit(error) == 0 ? ExitCode::done : ExitCode::wrong_command_line, program.name);
  }
  return chosen();
}

}  // namespace portico
