#include "config/describe.hpp"
#include "tests/config_world.hpp"

#include <cstdio>
#include <string>
#include <string_view>

// Prints a description of the configuration with the handlers of the tests, or with none: config_print schema [none].
int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  auto handlers = portico::test::handlers();
  if (argc > 2) handlers.clear();
  std::string text;
  if (what == "schema") text = portico::json_schema(handlers);
  if (what == "reference") text = portico::reference_page(handlers);
  if (what == "defaults") text = portico::default_configuration(handlers);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return text.empty() ? 64 : 0;
}
