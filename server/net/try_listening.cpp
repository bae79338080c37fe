#include "server/net/try_listening.hpp"

#include "server/net/unix_socket_access.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/local/stream_protocol.hpp>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace portico {

namespace {

void check_file(const EndpointConfig& endpoint, const ListenAddress& address) {
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

std::optional<std::string> unix_file_obstacle(const EndpointConfig& endpoint, const ListenAddress& address) {
  if (!address.is_unix() || address.is_abstract()) return std::nullopt;
  try {
    check_file(endpoint, address);
    return std::nullopt;
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

ListeningTrial::Result ListeningTrial::try_entry(const EndpointConfig& endpoint, const ListenAddress& address,
                                                 const std::string& owner) {
  Result result;
  try {
    if (address.is_inherited())
      try_inherited(address, owner);
    else if (!address.is_unix())
      try_tcp(address, owner, result);
    else if (address.is_abstract())
      try_abstract(address, owner);
    else
      try_file(endpoint, address, owner, result);
  } catch (const std::runtime_error& error) {
    if (address.is_unix() && may_be_collision(error)) result.error = own_.unix_collision(address.path);
    if (!result.error) result.error = error.what();
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

void ListeningTrial::try_abstract(const ListenAddress& address, const std::string& owner) {
  if (!has_abstract_names) throw std::runtime_error("this system has no abstract names; use a path");
  StreamAcceptor socket(context_);
  socket.open(asio::local::stream_protocol());
  socket.bind(unix_endpoint(address));
  own_.add_unix(address.path, owner);
  bound_.push_back(std::move(socket));
}

void ListeningTrial::try_file(const EndpointConfig& endpoint, const ListenAddress& address, const std::string& owner,
                              Result& result) {
  check_file(endpoint, address);
  if ((result.error = uncreated_.unix_collision(address.path))) return;
  own_.add_unix(address.path, owner);
  uncreated_.add_unix(address.path, owner);
}

// A socket of a path may be another's by now, so what it was bound to says nothing before the path is in use.
void ListeningTrial::try_inherited(const ListenAddress& address, const std::string& owner) {
  for (const auto& socket : inherited_.claim(address, owner)) own_.add_bound(address, Address(socket.address), owner);
}

}  // namespace portico
