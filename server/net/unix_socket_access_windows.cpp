#include "server/net/unix_socket_access.hpp"

#include <stdexcept>

namespace portico {

void check_unix_socket_access(const std::filesystem::path&, const UnixSocketConfig& config) {
  if (config == UnixSocketConfig{}) return;
  throw std::runtime_error(
      "Windows has no mode, owner or group for sockets; remove \"unix_socket\" and protect the folder of the socket");
}

}  // namespace portico
