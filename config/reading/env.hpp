#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace portico {

// A file's content, or why there is none.
struct FileText {
  std::optional<std::string> text;
  std::string failure;  // "does not exist", "is a directory": goes on from the file's name
};

// What a configuration sees outside its own text; a parameter so that a test can give it another world.
struct Env {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<FileText(const std::filesystem::path& file, std::size_t most_bytes)> read_file;

  // The process's environment and the host's files.
  static Env of_process();
};

FileText read_file(const std::filesystem::path& file, std::size_t most_bytes);

}  // namespace portico
