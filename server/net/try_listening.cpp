#include "server/net/try_listening.hpp"

#include "server/net/unix_socket_access.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/local/stream_protocol.hpp>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace portico {

namespace {

void try_file(const EndpointConfig& endpoint, const ListenAddress& address) {
  const auto folder = detail::path_from_utf8(address.path).parent_path();
  std::error_code error;
  const auto status = std::filesystem::status(folder, error);
  const std::string name = "the folder " + detail::path_to_utf8(folder);
  if (status.type() == std::filesystem::file_type::not_found) throw std::runtime_error(name + " does not exist");
  if (error) throw std::system_error(error, name);
  if (status.type() != std::filesystem::file_type::directory) throw std::runtime_error(name + " is not a folder");
  find_stale_file(unix_endpoint(address));
  check_unix_socket_access(folder, endpoint.unix_socket);
}

}  // namespace

ListeningTrial::Result ListeningTrial::try_entry(const EndpointConfig& endpoint, const ListenAddress& address,
                                                 const std::string& owner) {
  Result result;
  try {
    if (address.is_inherited()) return result;
    if (!address.is_unix())
      try_tcp(address, owner, result);
    else if (address.is_abstract())
      try_abstract(address);
    else
      try_file(endpoint, address);
  } catch (const std::runtime_error& error) {
    result.error = error.what();
  }
  return result;
}

void ListeningTrial::try_tcp(const ListenAddress& address, const std::string& owner, Result& result) {
  const auto resolved = resolve_addresses(address);
  if ((result.error = own_.collision(address, resolved))) return;
  own_.add(address, resolved, owner);
  auto opened = bind_sockets(context_, address);
  result.warnings = std::move(opened.warnings);
  for (auto& one : opened.sockets) bound_.push_back(std::move(one.socket));
}

void ListeningTrial::try_abstract(const ListenAddress& address) {
  if (!has_abstract_names) throw std::runtime_error("this system has no abstract names; use a path");
  StreamAcceptor socket(context_);
  socket.open(asio::local::stream_protocol());
  socket.bind(unix_endpoint(address));
  bound_.push_back(std::move(socket));
}

}  // namespace portico
