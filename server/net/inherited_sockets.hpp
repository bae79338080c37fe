#pragma once

#include "config/settings/config.hpp"
#include "server/net/socket_types.hpp"

#include <string>
#include <vector>

namespace portico {

// Listening sockets that this process was started with: those a service manager tells of (LISTEN_PID, LISTEN_FDS,
// LISTEN_FDNAMES; sd_listen_fds(3)), and the descriptors that the configuration names. POSIX only; on Windows there are
// none. Owned by whoever starts the server.
class InheritedSockets {
 public:
  struct Socket {
    NativeSocket descriptor;
    int family;
  };

  InheritedSockets() = default;

  // Call before the process opens descriptors of its own, which could be taken for inherited ones, and before it has
  // threads: removes the variables, so that children do not take our sockets for theirs, and keeps the descriptors from
  // them.
  static InheritedSockets of_process(const Config& config);

  // Those that an entry of `listen` means, which now belong to the caller. Throws std::runtime_error if there is none,
  // if one belongs to somebody already, or is not a stream socket that listens.
  std::vector<Socket> claim(const ListenAddress& address);

  // What the service manager has passed and no endpoint names: clients would wait there for ever. A sentence for each.
  const std::vector<std::string>& unused() const { return unused_; }

 private:
  struct Descriptor {
    int number;
    std::string name;  // empty: not told of by a service manager
    bool claimed = false;
  };

  std::vector<Descriptor> descriptors_;
  std::vector<std::string> unused_;
};

}  // namespace portico
