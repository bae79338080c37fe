#include "program/commands/output.hpp"

#include "program/commands/commands.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <iostream>
#include <system_error>

namespace portico {

namespace {

void print_to(std::FILE* stream, std::string_view text, std::string_view end = {}) {
  try {
    fmt::print(stream, "{}{}", text, end);  // on Windows, it knows how a console wants UTF-8
  } catch (const std::system_error&) {
    // The stream has its error flag set.
  }
}

bool is_written(std::FILE* stream) { return std::fflush(stream) == 0 && std::ferror(stream) == 0; }

}  // namespace

void print(std::string_view text) { print_to(stdout, text); }
void print_line(std::string_view text) { print_to(stdout, text, "\n"); }
void print_error_line(std::string_view text) { print_to(stderr, text, "\n"); }

int exit_code_of(int code, std::string_view program) {
  std::cout.flush();  // CLI11's help and version
  const bool has_results = is_written(stdout) && !std::cout.bad();
  if (!has_results) print_error_line(fmt::format("{}: standard output cannot be written", program));
  const bool is_complete = is_written(stderr);
  return has_results && (is_complete || code != ExitCode::done) ? code : ExitCode::output_failed;
}

}  // namespace portico
