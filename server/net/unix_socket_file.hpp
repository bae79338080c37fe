#pragma once

#include "config/settings/unix_socket_config.hpp"

#include <asio/local/stream_protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace portico {

// Which file it is, whatever its name is.
struct FileIdentity {
  std::uint64_t volume = 0;
  std::uint64_t number = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// What is at a path; a link is not followed.
struct FoundFile {
  bool is_socket = false;
  FileIdentity identity;
};

// Nothing if nothing is there. Throws std::system_error.
std::optional<FoundFile> find_file(const std::filesystem::path& path);

// Removes the file of a socket; throws std::system_error.
void remove_file(const std::filesystem::path& path);

// Gives the file its owner, group and permissions. Nobody can connect before the socket listens, so between bind and
// listen nobody comes in whom these keep out. Throws std::runtime_error, std::system_error.
void set_access(const std::filesystem::path& path, const UnixSocketConfig& config);

// Names of Unix sockets without a file, which begin with a zero byte: Linux only (unix(7)).
extern const bool has_abstract_names;

// Removes the file that a server left which has ended. Throws std::runtime_error if somebody listens there, or if it is
// no socket; such a file is never touched.
void remove_stale_file(const asio::local::stream_protocol::endpoint& where);

// The file of a Unix socket of ours: removed when this goes, unless somebody has put another in its place. Owned by
// whoever owns the socket.
class SocketFile {
 public:
  // What has just been bound there. Throws std::system_error.
  explicit SocketFile(std::filesystem::path path);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

 private:
  std::filesystem::path path_;
  std::optional<FoundFile> ours_;
};

}  // namespace portico
