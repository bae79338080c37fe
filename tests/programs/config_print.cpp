#include "config/documents/documents.hpp"
#include "tests/support/config_fixture.hpp"

#include <cstdio>
#include <string>
#include <string_view>

// Prints a description of the configuration with the handlers of the tests: config_print schema.
int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const auto handlers = portico::test::handlers();
  std::string text;
  if (what == "schema") text = portico::json_schema(handlers);
  if (what == "reference") text = portico::reference_page(handlers);
  if (what == "defaults") text = portico::default_configuration(handlers);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return text.empty() ? 64 : 0;
}
