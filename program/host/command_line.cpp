#include "program/host/command_line.hpp"

#include <cstddef>

namespace portico {

namespace {

bool is_blank(wchar_t c) { return c == L' ' || c == L'\t'; }

// Takes the program's name off `line`: a backslash is no more than itself there.
std::wstring take_program(std::wstring_view& line) {
  std::wstring program;
  bool quoted = false;
  std::size_t at = 0;
  for (; at < line.size() && (quoted || !is_blank(line[at])); ++at) {
    if (line[at] == L'"')
      quoted = !quoted;
    else
      program += line[at];
  }
  line.remove_prefix(at);
  return program;
}

// Takes one argument, which begins at the start of `line`: backslashes escape a quotation mark that follows them, and
// nothing else; inside quotation marks two of them are one.
std::wstring take_argument(std::wstring_view& line) {
  std::wstring argument;
  bool quoted = false;
  std::size_t at = 0;
  while (at < line.size() && (quoted || !is_blank(line[at]))) {
    std::size_t backslashes = 0;
    for (; at < line.size() && line[at] == L'\\'; ++at) ++backslashes;
    if (at == line.size() || line[at] != L'"') {
      argument.append(backslashes, L'\\');
      if (backslashes == 0) argument += line[at++];
      continue;
    }
    argument.append(backslashes / 2, L'\\');
    ++at;
    if (backslashes % 2 == 1) {
      argument += L'"';
    } else if (quoted && at < line.size() && line[at] == L'"') {
      argument += line[at++];
    } else {
      quoted = !quoted;
    }
  }
  line.remove_prefix(at);
  return argument;
}

}  // namespace

std::vector<std::wstring> split_command_line(std::wstring_view line) {
  std::vector<std::wstring> arguments{take_program(line)};
  while (true) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (line.empty()) return arguments;
    arguments.push_back(take_argument(line));
  }
}

}  // namespace portico
