#pragma once

#include "config/settings/unix_socket_config.hpp"

#include <asio/local/stream_protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace portico {

// Identity of a file, whatever its name is.
struct FileIdentity {
  std::uint64_t volume = 0;
  std::uint64_t number = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Status of the file at a path; a link is not followed.
struct FileStatus {
  bool is_socket = false;
  FileIdentity identity;
};

// Returns the status; nothing if there is no file. Throws std::system_error.
std::optional<FileStatus> stat_file(const std::filesystem::path& path);

// Removes the file of a socket, if it exists. Throws std::system_error.
void remove_file(const std::filesystem::path& path);

// Sets the owner, group and permissions of the file. Called between bind and listen, so that no client can connect
// before they are set. Throws std::runtime_error, std::system_error.
void set_permissions(const std::filesystem::path& path, const UnixSocketConfig& config);

// True if Unix sockets can have a name without a file, which begins with a zero byte: only on Linux (unix(7)).
extern const bool has_abstract_names;

// Removes the file that a server has left behind. Throws std::runtime_error if a server listens there or the file is
// not a socket; such a file is left unchanged.
void remove_stale_file(const asio::local::stream_protocol::endpoint& address);

// The file of a Unix socket that this process has bound. The destructor removes it, unless another file has taken its
// place. Owned by the owner of the socket.
class UnixSocketFile {
 public:
  // `path` has just been bound. Throws std::system_error.
  explicit UnixSocketFile(std::filesystem::path path);
  ~UnixSocketFile();
  UnixSocketFile(const UnixSocketFile&) = delete;
  UnixSocketFile& operator=(const UnixSocketFile&) = delete;

 private:
  std::filesystem::path path_;
  std::optional<FileStatus> created_;
};

}  // namespace portico
