#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Returns the arguments of main(), its program's name included, in UTF-8. On Windows main() gets them in the code page
// of the system, with "?" for what that cannot say, so there they are taken from the command line of the process.
std::vector<std::string> utf8_arguments(int argc, const char* const* argv);

// Splits the command line of a Windows process as its C library does (learn.microsoft.com, "Parsing C command-line
// arguments").
std::vector<std::wstring> split_command_line(std::wstring_view line);

}  // namespace portico
