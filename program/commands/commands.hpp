#pragma once

#include <portico/registry.hpp>
#include <portico/run.hpp>

#include <filesystem>

namespace portico {

// The commands of the program, one function each: results go to stdout, errors to stderr. Each returns the exit code of
// the process. Called by portico::run() on the main thread.

enum ExitCode : int {
  done = 0,
  has_problems = 1,
  bad_input = 2,
  cannot_start = 3,
  abandoned = 4,  // of `run`: stopped, but sessions did not return in time
  wrong_command_line = 64,
  output_failed = 74  // EX_IOERR, sysexits.h
};

int run_server(const std::filesystem::path& file, const Registry& handlers, const Program& program);
int check_config(const std::filesystem::path& file, const Registry& handlers);
int run_healthcheck(const std::filesystem::path& file, const Registry& handlers, const Program& program);
int run_doctor(const std::filesystem::path& file, const Registry& handlers);
int print_schema(const Registry& handlers, const Program& program);
int print_reference(const Registry& handlers, const Program& program);
int print_defaults(const Registry& handlers);
int print_effective_config(const std::filesystem::path& file, const Registry& handlers);
int print_handlers(const Registry& handlers);
int print_version(const Program& program);

}  // namespace portico
