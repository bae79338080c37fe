#include "program/log/stderr_output.hpp"

#include <windows.h>

#include <algorithm>

namespace portico {

LogOutput stderr_output() {
  const HANDLE handle = ::GetStdHandle(STD_ERROR_HANDLE);
  DWORD mode = 0;
  const bool terminal = ::GetConsoleMode(handle, &mode) != 0;
  if (terminal) ::SetConsoleOutputCP(CP_UTF8);
  const auto write_all = [handle](std::string_view text) {
    DWORD written = 0;
    while (!text.empty() && ::WriteFile(handle, text.data(), static_cast<DWORD>(text.size()), &written, nullptr))
      text.remove_prefix(std::min<std::size_t>(written, text.size()));
  };
  return {write_all, terminal};
}

}  // namespace portico
