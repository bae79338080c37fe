#include "program/log/line_writer.hpp"
#include "program/log/stderr_output.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

namespace portico {

namespace {

class StderrTarget final : public LineTarget {
 public:
  std::size_t write_some(std::string_view text) override {
    std::size_t done = 0;
    while (done < text.size()) {
      const auto written = ::write(STDERR_FILENO, text.data() + done, text.size() - done);
      if (written >= 0) {
        done += static_cast<std::size_t>(written);
      } else if (errno == EAGAIN) {
        // Another process that has the same pipe made it non-blocking.
        pollfd pipe{STDERR_FILENO, POLLOUT, 0};
        ::poll(&pipe, 1, -1);
      } else if (errno != EINTR) {
        break;
      }
    }
    return done;
  }

  bool take_back(std::size_t bytes) override {
    struct stat status {};
    if (::fstat(STDERR_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    const auto end = ::lseek(STDERR_FILENO, 0, SEEK_CUR);
    if (end < 0 || end != status.st_size) return false;
    const auto begin = end - static_cast<off_t>(bytes);
    return ::ftruncate(STDERR_FILENO, begin) == 0 && ::lseek(STDERR_FILENO, begin, SEEK_SET) == begin;
  }
};

// JOURNAL_STREAM names the device and the inode of the stream to the journal (systemd.exec(5)).
bool is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace

LogOutput stderr_output() {
  // A pipe without a reader, and a file that may not grow, have to be errors of a write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return {LineWriter(std::make_shared<StderrTarget>()), ::isatty(STDERR_FILENO) == 1, is_journal()};
}

}  // namespace portico
