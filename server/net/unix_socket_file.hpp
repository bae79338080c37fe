#pragma once

#include "config/settings/unix_socket_config.hpp"

#include <asio/local/stream_protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

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

// Gives `from` the name `to`, unless a file has that name already: then returns false. Throws std::system_error.
bool rename_to_free_name(const std::filesystem::path& from, const std::filesystem::path& to);

// Owner, group and permissions for the file of a socket, as the system has them; -1 leaves an id as it is.
struct SocketAccess {
  std::int64_t owner = -1;
  std::int64_t group = -1;
  unsigned mode = 0;
};

// Looks the names up, which may take long where a directory server is asked. Throws std::runtime_error.
SocketAccess resolve_access(const UnixSocketConfig& config);

// Sets owner, group and permissions of the file; a link in its place is not followed. Called between bind and listen,
// so that no client can connect before they are set. Throws std::system_error.
void set_access(const std::filesystem::path& path, const SocketAccess& access);

// True if Unix sockets can have a name without a file, which begins with a zero byte: only on Linux (unix(7)).
extern const bool has_abstract_names;

// True if the file of a socket can be renamed while a server listens.
extern const bool can_rename_sockets;

// A name that no other program uses, in the folder of a socket: until the socket listens, it has this one. The final
// name if sockets cannot be renamed.
struct TemporaryName {
  explicit TemporaryName(const std::filesystem::path& path);

  std::filesystem::path path;
  asio::local::stream_protocol::endpoint address;  // may be a shorter way to the same file
  std::shared_ptr<const void> folder;              // keeps that way open
};

// Keeps other servers that start from replacing a file of the folder meanwhile, where the folder can be read. Waits for
// them, for at most a second.
std::shared_ptr<const void> lock_folder(const std::filesystem::path& folder);

// The error of a path at which a server listens: another one, or another entry of this configuration.
struct PathInUse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Returns the file that a server has left behind; nothing if there is no file. Throws as remove_stale_file().
std::optional<FileStatus> find_stale_file(const asio::local::stream_protocol::endpoint& address);

// Removes the file that a server has left behind. Throws PathInUse if a server listens there, std::runtime_error if the
// file is not a socket; such a file is left unchanged.
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

  // Gives the file of a socket that listens its final name, in place of a file that a server has left behind. A client
  // that finds the name therefore finds a server. Throws as remove_stale_file() does, and std::system_error.
  void publish(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::optional<FileStatus> created_;
};

}  // namespace portico
