#include "server/net/unix_socket_file.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/io_context.hpp>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// What connecting says. No error, or no room in its queue: somebody listens; connection_refused: nobody does any more.
std::error_code knock(const asio::local::stream_protocol::endpoint& where) {
  asio::io_context context;
  asio::local::stream_protocol::socket probe(context);
  std::error_code error;
  probe.open({}, error);
  if (error) return error;
  probe.non_blocking(true, error);  // a server whose queue is full would make it wait
  if (!error) probe.connect(where, error);
  return error;
}

}  // namespace

void remove_stale_file(const asio::local::stream_protocol::endpoint& where) {
  const auto path = detail::path_from_utf8(where.path());
  const auto found = find_file(path);
  if (!found) return;
  if (!found->is_socket) throw std::runtime_error("there is a file that is not a socket; it is left as it is");
  const auto error = knock(where);
  if (!error || error == asio::error::no_buffer_space) throw std::runtime_error("a server listens there already");
  if (error != asio::error::connection_refused)
    throw std::system_error(error, "cannot find out whether a server listens there already");
  const auto still = find_file(path);
  if (still && still->identity == found->identity) remove_file(path);
}

SocketFile::SocketFile(std::filesystem::path path) : path_(std::move(path)), ours_(find_file(path_)) {}

SocketFile::~SocketFile() {
  // A file that cannot be looked at or removed stays: the next start finds that nobody listens there.
  try {
    const auto found = find_file(path_);
    if (found && ours_ && found->identity == ours_->identity) remove_file(path_);
  } catch (const std::system_error&) {
  }
}

}  // namespace portico
