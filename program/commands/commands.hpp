#pragma once

#include <portico/registry.hpp>

#include <filesystem>

namespace portico {

// The commands of the program, one function each: results go to stdout, what is wrong to stderr, the exit code is
// returned (ExitCode). Called by run() on the main thread.

enum ExitCode : int { done = 0, has_problems = 1, unreadable = 2, cannot_start = 3, wrong_command_line = 64 };

int serve_file(const std::filesystem::path& file, const Registry& handlers);
int check_file(const std::filesystem::path& file, const Registry& handlers);
int check_health(const std::filesystem::path& file, const Registry& handlers);
int examine_host(const std::filesystem::path& file, const Registry& handlers);
int show_schema(const Registry& handlers);
int show_reference(const Registry& handlers);
int show_defaults(const Registry& handlers);
int show_effective(const std::filesystem::path& file, const Registry& handlers);
int list_handlers(const Registry& handlers);
int show_version();

}  // namespace portico
