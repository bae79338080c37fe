#include "program/log/stderr_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace portico {

namespace {

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Another process that has the same pipe made it non-blocking.
      pollfd pipe{STDERR_FILENO, POLLOUT, 0};
      ::poll(&pipe, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

LogOutput stderr_output() { return {write_all, ::isatty(STDERR_FILENO) == 1}; }

}  // namespace portico
