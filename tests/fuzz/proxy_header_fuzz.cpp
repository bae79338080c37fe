#include "tests/fuzz/proxy_header_properties.hpp"

#include <cstdint>

// Any bytes as the beginning of a connection. For libFuzzer (clang); a unit test runs what it found: see
// proxy_corpus_test.cpp.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  portico::test::check_proxy_header({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
