#include "program/host/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace portico {

void open_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    // open(2) returns the lowest number that is free, which is this one.
    if (::fcntl(descriptor, F_GETFD) == -1 && ::open("/dev/null", O_RDWR) == -1) return;
  }
}

}  // namespace portico
