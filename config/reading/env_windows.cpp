#include "config/reading/env.hpp"

#include <windows.h>

#include <filesystem>
#include <vector>

namespace portico {

// The C library's getenv() returns the ANSI code page, not UTF-8.
std::optional<std::string> environment_variable(const std::string& name) {
  const std::wstring wide = std::filesystem::path(std::u8string(name.begin(), name.end())).wstring();
  std::vector<wchar_t> value(256);
  while (true) {
    SetLastError(ERROR_SUCCESS);
    const DWORD size = GetEnvironmentVariableW(wide.c_str(), value.data(), static_cast<DWORD>(value.size()));
    if (size == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
    if (size < value.size()) {
      const std::u8string text = std::filesystem::path(std::wstring(value.data(), size)).u8string();
      return std::string(text.begin(), text.end());
    }
    value.resize(size);
  }
}

}  // namespace portico
