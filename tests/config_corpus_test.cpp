#include "config/surroundings.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace portico {
namespace {

namespace fs = std::filesystem;

std::size_t run_all_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    const std::string text = read_file(entry.path(), 1 << 24).text.value();
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
    ++count;
  }
  return count;
}

// A failure aborts the program: what the fuzzer demands is not an expectation of this test.
TEST(ConfigCorpus, WhatTheFuzzerHasFoundBeforeIsStillHandled) {
  EXPECT_GT(run_all_in(fs::path(PORTICO_TEST_CONFIG_FOLDER) / "../fuzz/corpus/config"), 0u);
  EXPECT_GT(run_all_in(PORTICO_TEST_CONFIG_FOLDER), 0u);
}

}  // namespace
}  // namespace portico
