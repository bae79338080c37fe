#include "program/log/stderr_output.hpp"

#include <windows.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace portico {

namespace {

// The console's code page belongs to all programs in it, and to the shell after this one.
class Utf8Console {
 public:
  Utf8Console() { ::SetConsoleOutputCP(CP_UTF8); }
  ~Utf8Console() { ::SetConsoleOutputCP(before_); }
  Utf8Console(const Utf8Console&) = delete;
  Utf8Console& operator=(const Utf8Console&) = delete;

 private:
  UINT before_ = ::GetConsoleOutputCP();
};

class LineWriter {
 public:
  LineWriter(HANDLE handle, std::shared_ptr<const void> console) : handle_(handle), console_(std::move(console)) {}

  bool operator()(std::string_view line) {
    // A part of a line that could not be taken back is at least not glued to this one.
    const std::string text = has_part_of_a_line_ ? "\n" + std::string(line) : std::string(line);
    const auto written = write_some(text);
    if (written == text.size()) {
      has_part_of_a_line_ = false;
      return true;
    }
    if (written > 0 && !take_back(written)) has_part_of_a_line_ = true;
    return false;
  }

 private:
  // Returns how many bytes were written before an error.
  std::size_t write_some(std::string_view text) {
    std::size_t done = 0;
    DWORD written = 0;
    while (done < text.size() &&
           ::WriteFile(handle_, text.data() + done, static_cast<DWORD>(text.size() - done), &written, nullptr) &&
           written != 0)  // a full pipe that does not wait takes nothing, without an error
      done += std::min<std::size_t>(written, text.size() - done);
    return done;
  }

  // Removes the last bytes of a file, as long as they are still the last.
  bool take_back(std::size_t bytes) {
    if (::GetFileType(handle_) != FILE_TYPE_DISK) return false;
    LARGE_INTEGER position{}, size{}, begin{};
    if (!::SetFilePointerEx(handle_, LARGE_INTEGER{}, &position, FILE_CURRENT)) return false;
    if (!::GetFileSizeEx(handle_, &size) || size.QuadPart != position.QuadPart) return false;
    begin.QuadPart = position.QuadPart - static_cast<LONGLONG>(bytes);
    if (!::SetFilePointerEx(handle_, begin, nullptr, FILE_BEGIN)) return false;
    if (::SetEndOfFile(handle_)) return true;
    ::SetFilePointerEx(handle_, position, nullptr, FILE_BEGIN);  // or the next line would be written over this one
    return false;
  }

  HANDLE handle_;
  std::shared_ptr<const void> console_;  // as the writer needs it; null: not a console
  bool has_part_of_a_line_ = false;
};

}  // namespace

LogOutput stderr_output() {
  const HANDLE handle = ::GetStdHandle(STD_ERROR_HANDLE);
  DWORD mode = 0;
  const bool terminal = ::GetConsoleMode(handle, &mode) != 0;
  std::shared_ptr<const void> console;
  if (terminal) console = std::make_shared<Utf8Console>();
  return {LineWriter(handle, std::move(console)), terminal, /*journal=*/false};
}

}  // namespace portico
