#include "config/reading/env.hpp"

#include "config/environment.hpp"

#include <fstream>
#include <system_error>

namespace portico {

Env Env::of_process() { return {&environment_variable, &portico::read_file}; }

FileText read_file(const std::filesystem::path& file, std::size_t most_bytes) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) return {std::nullopt, "does not exist"};
  if (std::filesystem::is_directory(status)) return {std::nullopt, "is a directory, not a file"};

  std::ifstream stream(file, std::ios::binary);
  if (!stream) return {std::nullopt, "cannot be opened; may this user read it?"};

  // One byte more than allowed tells a file that is too large from one that just fits, and a pipe has no size to ask.
  std::string text;
  char block[64 * 1024];
  while (text.size() <= most_bytes && (stream.read(block, sizeof block), stream.gcount() > 0)) {
    text.append(block, static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return {std::nullopt, "cannot be read"};
  if (text.size() > most_bytes) {
    return {std::nullopt, "is larger than " + std::to_string(most_bytes / 1024) + " KiB, the most that is read"};
  }
  return {std::move(text), {}};
}

}  // namespace portico
