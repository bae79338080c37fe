#include "tests/support/corpus.hpp"

#include <gtest/gtest.h>

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace portico {
namespace {

std::size_t run_corpus(const std::filesystem::path& folder) {
  return test::for_each_in_corpus(folder, [](std::string_view text) {
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
  });
}

// A failure aborts the program, because the checks are in the fuzz target.
TEST(ConfigCorpusTest, PastInputsOfTheFuzzerAreHandled) {
  EXPECT_GT(run_corpus(std::filesystem::path(PORTICO_TEST_CONFIG_FOLDER) / "../../fuzz/corpus/config"), 0u);
  EXPECT_GT(run_corpus(PORTICO_TEST_CONFIG_FOLDER), 0u);
}

}  // namespace
}  // namespace portico
