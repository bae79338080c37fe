#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <optional>
#include <string>

namespace portico {

// Content of a file, or the reason why it cannot be read.
struct FileContent {
  std::optional<std::string> text;
  std::string error;  // continues the sentence after the file's name: "does not exist", "is a directory"
};

// The environment variables and files that a configuration may read. A parameter, so that a test can replace them.
struct Env {
  std::function<std::optional<std::string>(const std::string& name)> get_variable;
  std::function<FileContent(const std::filesystem::path& file, std::size_t max_bytes)> read_file;

  // Returns the environment of the process and the files of the host.
  static Env from_process();
};

// Returns a variable of the process's environment, in UTF-8, or nothing if it is not set.
std::optional<std::string> environment_variable(const std::string& name);

// Reads a file of the host, of at most `max_bytes` bytes.
FileContent read_file(const std::filesystem::path& file, std::size_t max_bytes);

// Reads a stream to its end, with the same limit.
FileContent read_stream(std::istream& stream, std::size_t max_bytes);

}  // namespace portico
