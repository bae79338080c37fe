#include "tests/fuzz/proxy_header_properties.hpp"

#include <cstdint>

// Parses arbitrary bytes as the beginning of a connection. For libFuzzer (clang); corpus_test.cpp, a unit test, runs
// the inputs that it has found.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  portico::test::check_proxy_header({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
