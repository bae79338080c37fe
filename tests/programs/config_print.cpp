#include "config/documents/documents.hpp"
#include "tests/support/config_fixture.hpp"

#include <cstdio>
#include <string>
#include <string_view>

// Prints a document about the configuration with the test handlers: config_print schema|reference|defaults.
int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  const auto handlers = portico::test::handlers();
  std::string text;
  if (command == "schema") text = portico::json_schema(handlers);
  if (command == "reference") text = portico::reference_page(handlers);
  if (command == "defaults") text = portico::default_configuration(handlers);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return text.empty() ? 64 : 0;
}
