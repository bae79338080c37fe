#include "program/commands/commands.hpp"

#include "config/documents/documents.hpp"
#include "program/commands/doctor_tls.hpp"
#include "program/commands/healthcheck.hpp"
#include "program/commands/load_and_report.hpp"
#include "program/commands/output.hpp"
#include "program/commands/version.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>

namespace portico {

namespace {

int print_document(const std::string& text) {
  print(text);
  return ExitCode::done;
}

}  // namespace

LoadResult load_and_report(const std::filesystem::path& file, const Registry& handlers) {
  const auto descriptions = handlers.descriptions();
  auto result = load_config(file, descriptions);
  for (const auto& warning : result.warnings) print_error_line(to_string(warning, "warning"));
  for (const auto& problem : result.problems) print_error_line(to_string(problem));
  return result;
}

int check_config(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (result.loaded()) print_line(detail::path_to_utf8(file) + ": ok");
  return result.exit_code();
}

int run_healthcheck(const std::filesystem::path& file, const Registry& handlers, const Program& program) {
  const auto result = load_and_report(file, handlers);
  if (!result.loaded()) return result.exit_code();
  asio::io_context context(1);
  for (const auto& note : skipped_addresses(result.config)) print_line(result.shown(note));
  const auto report = check_health(context, result.config, std::chrono::seconds(2));
  for (const auto& note : report.notes) print_line(result.shown(note));
  for (const auto& failure : report.failures) print_error_line(result.shown(failure));
  const int code = report.failures.empty() ? ExitCode::done : ExitCode::has_problems;
  // A name server that does not answer blocks the resolver's thread for longer than a health check may take.
  if (!context.stopped()) std::_Exit(exit_code_of(code, program.name));
  return code;
}

int run_doctor(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (!result.loaded()) return result.exit_code();
  int code = ExitCode::done;
  // Before descriptors are opened, as in the start.
  auto inherited = InheritedSockets::from_environment(result.config);
  const auto unused = inherited.unused();
  const HostFacts host = read_host_facts();
  auto diagnoses = diagnose(result.config, workers_for(result.config.workers, host.processors), host,
                            listen_on_this_host(std::move(inherited)));
  for (const auto& warning : unused) diagnoses.push_back({Diagnosis::Severity::warning, "inherited sockets", warning});
  std::ranges::move(diagnose_tls(result.config, read_regular_file, std::chrono::system_clock::now()),
                    std::back_inserter(diagnoses));
  for (const auto& diagnosis : diagnoses) {
    print_line(result.shown(to_string(diagnosis)));
    if (diagnosis.severity == Diagnosis::Severity::error) code = ExitCode::cannot_start;
  }
  return code;
}

int print_effective_config(const std::filesystem::path& file, const Registry& handlers) {
  const auto result = load_and_report(file, handlers);
  if (result.loaded()) print(effective_configuration(result));
  return result.exit_code();
}

int print_schema(const Registry& handlers, const Program& program) {
  return print_document(json_schema(handlers.descriptions(), program.name));
}

int print_reference(const Registry& handlers, const Program& program) {
  return print_document(reference_page(handlers.descriptions(), program.name));
}

int print_defaults(const Registry& handlers) { return print_document(default_configuration(handlers.descriptions())); }

int print_handlers(const Registry& handlers) { return print_document(handler_list(handlers.descriptions())); }

int print_version(const Program& program) {
  const std::string own = program.version.empty() ? "" : name_and_version(program) + "\n";
  return print_document(fmt::format("{}portico {}\nasio {}\ntls {}\nbackend {}\n", own, version::portico(),
                                    version::asio(), version::tls(), version::backend()));
}

}  // namespace portico
