#include "tests/support/corpus.hpp"

#include "tests/fuzz/proxy_header_properties.hpp"

#include <gtest/gtest.h>

namespace portico {
namespace {

// A failure aborts the program, because the fuzzer's checks are not EXPECTs.
TEST(ProxyCorpusTest, EarlierFindingsOfTheFuzzerAreStillHandled) {
  const auto folder = std::filesystem::path(PORTICO_TEST_CONFIG_FOLDER) / "../../fuzz/corpus/proxy_header";
  EXPECT_GT(test::for_each_in_corpus(folder, test::check_proxy_header), 0u);
}

}  // namespace
}  // namespace portico
