#include "program/host/command_line.hpp"

#include <windows.h>

#include <filesystem>

namespace portico {

namespace {

std::string to_utf8(const std::wstring& text) {
  const std::u8string utf8 = std::filesystem::path(text).u8string();
  return {utf8.begin(), utf8.end()};
}

}  // namespace

// Not CommandLineToArgvW: SHELL32.dll, which has it, loads USER32.dll (see stop_signal_windows.cpp).
std::vector<std::string> utf8_arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  const auto wide = split_command_line(::GetCommandLineW());
  if (wide.size() != arguments.size()) return arguments;  // main() has changed them, or expanded a "*"
  for (std::size_t i = 0; i < wide.size(); ++i) {
    for (const char c : arguments[i]) {
      if (static_cast<unsigned char>(c) >= 0x80 || c == '?') {
        arguments[i] = to_utf8(wide[i]);
        break;
      }
    }
  }
  return arguments;
}

}  // namespace portico
