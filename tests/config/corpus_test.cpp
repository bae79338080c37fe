#include "tests/support/corpus.hpp"

#include <gtest/gtest.h>

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace portico {
namespace {

std::size_t run_all_in(const std::filesystem::path& folder) {
  return test::for_each_in_corpus(folder, [](std::string_view text) {
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
  });
}

// A failure aborts the program: what the fuzzer demands is not an expectation of this test.
TEST(ConfigCorpus, WhatTheFuzzerHasFoundBeforeIsStillHandled) {
  EXPECT_GT(run_all_in(std::filesystem::path(PORTICO_TEST_CONFIG_FOLDER) / "../../fuzz/corpus/config"), 0u);
  EXPECT_GT(run_all_in(PORTICO_TEST_CONFIG_FOLDER), 0u);
}

}  // namespace
}  // namespace portico
