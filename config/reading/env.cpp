#include "config/reading/env.hpp"

#include "base/secret.hpp"

#include <fstream>
#include <istream>
#include <string_view>
#include <system_error>

namespace portico {

namespace {

// Returns what a file is that a program can open and then wait for forever, or that has no end; empty: none of these.
// /dev/null is an empty file.
std::string_view endless_kind(const std::filesystem::path& file, const std::filesystem::file_status& status) {
  using Type = std::filesystem::file_type;
  std::error_code error;
  switch (status.type()) {
    case Type::fifo:
      return "a pipe";
    case Type::socket:
      return "a socket";
    case Type::block:
      return "a device";
    case Type::character:
      return std::filesystem::canonical(file, error) == "/dev/null" ? "" : "a device";
    default:
      return "";
  }
}

// Reads a file of which there is something to read now, and the same again later.
FileContent read_regular_file(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code error;
  const auto kind = endless_kind(file, std::filesystem::status(file, error));
  if (kind.empty()) return read_file(file, max_bytes);
  return {std::nullopt, "is " + std::string(kind) + ", not a regular file: reading it could wait forever, and it " +
                            "cannot be read again"};
}

}  // namespace

Env Env::from_process() { return {&environment_variable, &read_regular_file}; }

FileContent read_file(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) return {std::nullopt, "does not exist"};
  if (std::filesystem::is_directory(status)) return {std::nullopt, "is a directory, not a file"};
  // Such as a name that is too long, or links that lead in a circle.
  const bool is_denied = error == std::errc::permission_denied;
  if (error && !is_denied) return {std::nullopt, "cannot be opened: " + error.message()};

  std::ifstream stream;
  stream.rdbuf()->pubsetbuf(nullptr, 0);  // no copy of a private key in a buffer that is not overwritten
  stream.open(file, std::ios::binary);
  if (!stream) return {std::nullopt, "cannot be opened; check its permissions"};
  return read_stream(stream, max_bytes);
}

FileContent read_stream(std::istream& stream, std::size_t max_bytes) {
  // Read until the maximum is exceeded instead of asking for the size, which a pipe does not have.
  constexpr std::size_t block_size = 64 * 1024;
  std::string block(block_size, '\0');
  std::string text;
  text.reserve(block_size);  // a secret, which is smaller, is not copied while the text grows
  while (text.size() <= max_bytes && (stream.read(block.data(), block_size), stream.gcount() > 0)) {
    text.append(block, 0, static_cast<std::size_t>(stream.gcount()));
  }
  wipe(block);
  if (stream.bad()) return {std::nullopt, "cannot be read"};
  if (text.size() > max_bytes) {
    return {std::nullopt, "is larger than the maximum of " + std::to_string(max_bytes / 1024) + " KiB"};
  }
  return {std::move(text), {}};
}

}  // namespace portico
