#pragma once

#include "config/reading/env.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace portico::test {

// Calls check(text) with the contents of each file in a folder; returns the number of files.
template <typename Check>
std::size_t for_each_in_corpus(const std::filesystem::path& folder, Check check) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    check(std::string_view(read_file(entry.path(), 1 << 24).text.value()));
    ++count;
  }
  return count;
}

}  // namespace portico::test
