#include "program/log/line_writer.hpp"
#include "program/log/stderr_output.hpp"

#include <windows.h>

#include <algorithm>
#include <memory>

namespace portico {

namespace {

// Standard error; of a console, with UTF-8 while it is written. The console's code page belongs to all programs in it,
// and to the shell after this one.
class StderrTarget final : public LineTarget {
 public:
  StderrTarget(HANDLE handle, bool is_console) : handle_(handle), is_console_(is_console) {
    if (is_console_) ::SetConsoleOutputCP(CP_UTF8);
  }
  ~StderrTarget() override {
    if (is_console_) ::SetConsoleOutputCP(code_page_before_);
  }
  StderrTarget(const StderrTarget&) = delete;
  StderrTarget& operator=(const StderrTarget&) = delete;

  std::size_t write_some(std::string_view text) override {
    std::size_t done = 0;
    DWORD written = 0;
    while (done < text.size() &&
           ::WriteFile(handle_, text.data() + done, static_cast<DWORD>(text.size() - done), &written, nullptr) &&
           written != 0)  // a full pipe that does not wait takes nothing, without an error
      done += std::min<std::size_t>(written, text.size() - done);
    return done;
  }

  bool take_back(std::size_t bytes) override {
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

 private:
  HANDLE handle_;
  bool is_console_;
  UINT code_page_before_ = ::GetConsoleOutputCP();
};

}  // namespace

LogOutput stderr_output() {
  const HANDLE handle = ::GetStdHandle(STD_ERROR_HANDLE);
  DWORD mode = 0;
  const bool terminal = ::GetConsoleMode(handle, &mode) != 0;
  return {LineWriter(std::make_shared<StderrTarget>(handle, terminal)), terminal, /*journal=*/false};
}

}  // namespace portico
