#include "config/documents/documents.hpp"
#include "config/reading/load.hpp"
#include "tests/support/config_fixture.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Loads any bytes as a configuration. A valid configuration must be equal after it is printed and loaded again. Called
// by the fuzzer and by a unit test: see tests/config/corpus_test.cpp.

namespace portico {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

LoadResult load(std::string_view text) {
  static const std::vector<HandlerDescription> handlers = test::handlers();
  const Env env{
      [](const std::string& name) { return name.size() < 4 ? std::optional<std::string>(name) : std::nullopt; },
      [](const std::filesystem::path&, std::size_t) {
        return FileContent{"-----BEGIN", {}};
      }};
  return load_config_text("fuzz.json", text, {}, handlers, env);
}

void round_trip(std::string_view text) {
  const LoadResult result = load(text);
  require(result.loaded() == result.problems.empty());
  for (const Problem& problem : result.problems) require(to_string(problem).find('\n') == std::string::npos);
  if (!result.loaded()) return;
  const std::string written = effective_configuration(result);
  const LoadResult again = load(written);
  require(again.loaded());
  require(again.config == result.config);
  require(effective_configuration(again) == written);
}

}  // namespace
}  // namespace portico

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  portico::round_trip(std::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
