#include "program/host/standard_descriptors.hpp"

#include <gtest/gtest.h>

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace portico {
namespace {

// Runs in a child process. Returns 0 if closed standard descriptors cannot become another file's, and open ones stay.
int try_with_closed(const std::vector<int>& closed) {
  for (const int descriptor : closed) ::close(descriptor);
  open_standard_descriptors();
  const int next = ::open("/dev/zero", O_RDONLY);
  bool all_open = true;
  for (const int descriptor : {0, 1, 2}) all_open = all_open && ::fcntl(descriptor, F_GETFD) != -1;
  return all_open && next > 2 ? 0 : 1;
}

TEST(StandardDescriptorsDeathTest, ClosedOnesBecomeTheNullDevice) {
  for (const std::vector<int>& closed : {std::vector{2}, std::vector{0, 2}, std::vector{0, 1, 2}, std::vector<int>{}})
    EXPECT_EXIT(::_exit(try_with_closed(closed)), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace portico
#endif
