#include "program/commands/commands.hpp"

#include "config/documents/documents.hpp"
#include "program/commands/doctor_tls.hpp"
#include "program/commands/healthcheck.hpp"
#include "program/commands/load_and_report.hpp"
#include "program/commands/version.hpp"
#include "server/workers/workers.hpp"

#include <asio/io_context.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>

namespace portico {

namespace {

int show(const std::string& text) {
  fmt::print("{}", text);
  return ExitCode::done;
}

}  // namespace

LoadResult load_and_report(const std::filesystem::path& file, const Registry& handlers) {
  const auto descriptions = handlers.descriptions();
  auto result = load_config(file, descriptions);
  for (const auto& warning : result.warnings) fmt::print(stderr, "{}\n", to_string(warning, "warning"));
  for (const auto& problem : result.problems) fmt::print(stderr, "{}\n", to_string(problem));
  return result;
}

int check_file(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (result.loaded()) fmt::print("{}: ok\n", file.string());
  return result.exit_code();
}

int check_health(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (!result.loaded()) return result.exit_code();
  asio::io_context context(1);
  for (const auto& note : not_checked(result.config)) fmt::print("{}\n", note);
  const auto faults = check_health(context, result.config, std::chrono::seconds(2));
  for (const auto& fault : faults) fmt::print(stderr, "{}\n", fault);
  const int code = faults.empty() ? ExitCode::done : ExitCode::has_problems;
  // A name server that does not answer holds a thread, for longer than whoever asked has time.
  if (!context.stopped()) std::_Exit(code);
  return code;
}

int examine_host(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (!result.loaded()) return result.exit_code();
  int code = ExitCode::done;
  const auto workers = Workers::count_for(static_cast<std::size_t>(result.config.workers));
  auto findings = examine(result.config, workers, read_host_facts());
  std::ranges::move(examine_tls(result.config, read_lasting_file, std::chrono::system_clock::now()),
                    std::back_inserter(findings));
  for (const auto& finding : findings) {
    fmt::print("{}\n", to_string(finding));
    if (finding.verdict == Diagnosis::Verdict::refusal) code = ExitCode::cannot_start;
  }
  return code;
}

int show_effective(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (result.loaded()) show(effective_configuration(result));
  return result.exit_code();
}

int show_schema(const Registry& handlers) { return show(json_schema(handlers.descriptions())); }

int show_reference(const Registry& handlers) { return show(reference_page(handlers.descriptions())); }

int show_defaults(const Registry& handlers) { return show(default_configuration(handlers.descriptions())); }

int list_handlers(const Registry& handlers) { return show(handler_list(handlers.descriptions())); }

int show_version() {
  fmt::print("portico {}\nasio {}\ntls {}\nbackend {}\n", version::portico(), version::asio(), version::tls(),
             version::backend());
  return ExitCode::done;
}

}  // namespace portico
