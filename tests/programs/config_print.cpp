#include "config/documents/documents.hpp"
#include "tests/support/config_fixture.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

namespace {

// Checks each line of the standard input as a file, and prints its problems in one line, which is empty if there is
// none.
int check_lines() {
  for (std::string line; std::getline(std::cin, line);) {
    std::string problems;
    for (const portico::Problem& problem : portico::test::load(line).problems)
      problems += (problems.empty() ? "" : "\x1F") + to_string(problem);
    std::printf("%s\n", problems.c_str());
  }
  return 0;
}

}  // namespace

// Prints a document about the configuration with the test handlers: config_print schema|reference|defaults; or checks
// files: config_print check.
int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "check") return check_lines();
  const auto handlers = portico::test::handlers();
  std::string text;
  if (command == "schema") text = portico::json_schema(handlers);
  if (command == "reference") text = portico::reference_page(handlers);
  if (command == "defaults") text = portico::default_configuration(handlers);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return text.empty() ? 64 : 0;
}
