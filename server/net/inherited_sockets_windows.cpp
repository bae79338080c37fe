#include "server/net/inherited_sockets.hpp"

#include <stdexcept>

namespace portico {

InheritedSockets InheritedSockets::from_environment(const Config&) { return {}; }

std::vector<InheritedSockets::Socket> InheritedSockets::claim(const ListenAddress&, const std::string&) {
  throw std::runtime_error("Windows has no inherited sockets; name an address");
}

}  // namespace portico
