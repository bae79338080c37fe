#include "server/net/unix_socket_file.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/io_context.hpp>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// Tries to connect. No error, or no room in the backlog: a server listens; connection_refused: none does.
std::error_code probe(const asio::local::stream_protocol::endpoint& address) {
  asio::io_context context;
  asio::local::stream_protocol::socket client(context);
  std::error_code error;
  client.open({}, error);
  if (error) return error;
  client.non_blocking(true, error);  // connecting to a server with a full backlog would block
  if (!error) client.connect(address, error);
  return error;
}

}  // namespace

std::optional<FileStatus> find_stale_file(const asio::local::stream_protocol::endpoint& address) {
  const auto found = stat_file(detail::path_from_utf8(address.path()));
  if (!found) return std::nullopt;
  if (!found->is_socket) throw std::runtime_error("a file that is not a socket exists; it was left unchanged");
  const auto error = probe(address);
  if (!error || error == asio::error::no_buffer_space) throw PathInUse("another server already listens there");
  if (error != asio::error::connection_refused)
    throw std::system_error(error, "cannot find out whether another server listens there");
  return found;
}

void remove_stale_file(const asio::local::stream_protocol::endpoint& address) {
  const auto found = find_stale_file(address);
  if (!found) return;
  const auto path = detail::path_from_utf8(address.path());
  const auto now = stat_file(path);
  if (now && now->identity == found->identity) remove_file(path);
}

UnixSocketFile::UnixSocketFile(std::filesystem::path path) : path_(std::move(path)), created_(stat_file(path_)) {}

UnixSocketFile::~UnixSocketFile() {
  // A file that cannot be read or removed stays: the next start finds that no server listens there.
  try {
    const auto found = stat_file(path_);
    if (found && created_ && found->identity == created_->identity) remove_file(path_);
  } catch (const std::system_error&) {
  }
}

void UnixSocketFile::publish(const std::filesystem::path& path) {
  const auto lock = lock_folder(path.parent_path());
  do remove_stale_file(detail::path_to_utf8(path));
  while (!rename_to_free_name(path_, path));  // another file has come meanwhile
  path_ = path;
}

}  // namespace portico
