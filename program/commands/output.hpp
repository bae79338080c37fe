#pragma once

#include <string_view>

namespace portico {

// Write what a command says: results to standard output, problems to standard error. A failure is not an exception: the
// C library keeps it in the stream, and exit_code_of() looks there in the end.
void print(std::string_view text);
void print_line(std::string_view text);
void print_error_line(std::string_view text);

// Writes what is still buffered, for the program of that name. Returns the exit code of a command that would end with
// `code`: ExitCode::output_failed if its results could not be written, or if it would be `done` and what it said on
// standard error could not.
int exit_code_of(int code, std::string_view program);

}  // namespace portico
