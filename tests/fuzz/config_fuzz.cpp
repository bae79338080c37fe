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

// Loads any bytes as a configuration. A valid configuration must be equal after it is printed and loaded again, and
// nothing that is said or printed has a part of the secret that substitutions bring: the environment's KEY, and every
// file. Called by the fuzzer and by a unit test: see tests/config/corpus_test.cpp.

namespace portico {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view secret = "Zq7Xw9Vk";

// Returns the value of a variable of at most three characters: its name, so that it may be any value; but for KEY.
std::optional<std::string> variable(const std::string& name) {
  if (name == "KEY") return std::string(secret);
  return name.size() < 4 ? std::optional(name) : std::nullopt;
}

LoadResult load(std::string_view text) {
  static const std::vector<HandlerDescription> handlers = test::handlers();
  const Env env{&variable, [](const std::filesystem::path&, std::size_t) {
                  return FileContent{"-----BEGIN" + std::string(secret), {}};
                }};
  return load_config_text("fuzz.json", text, {}, handlers, env);
}

// Half of the secret is a secret too. A file that has it by itself may be told what it says.
bool tells_secret(std::string_view said, std::string_view file) {
  const std::string_view half = secret.substr(0, secret.size() / 2);
  return said.find(half) != std::string_view::npos && file.find(half) == std::string_view::npos;
}

bool is_one_line_without_secret(std::string_view said, std::string_view file) {
  return said.find('\n') == std::string_view::npos && !tells_secret(said, file);
}

void round_trip(std::string_view text) {
  const LoadResult result = load(text);
  require(result.loaded() == result.problems.empty());
  for (const auto* list : {&result.problems, &result.warnings}) {
    for (const Problem& problem : *list) require(is_one_line_without_secret(to_string(problem), text));
  }
  if (!result.loaded()) return;
  const std::string written = effective_configuration(result);
  require(!tells_secret(written, text));
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
