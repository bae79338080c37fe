#pragma once

#include "config/settings/config.hpp"
#include "server/net/socket_types.hpp"

#include <asio/generic/stream_protocol.hpp>

#include <optional>
#include <string>
#include <vector>

namespace portico {

// Listening sockets that this process was started with: those that a service manager passes (LISTEN_PID, LISTEN_FDS,
// LISTEN_FDNAMES; sd_listen_fds(3)), and the descriptors that the configuration names. POSIX only; on Windows there are
// none. Owned by the caller of Server::start.
class InheritedSockets {
 public:
  struct Socket {
    NativeSocket descriptor;
    asio::generic::stream_protocol::endpoint address;
  };

  InheritedSockets() = default;

  // Collects them, removes the variables, and makes the descriptors close on exec, so that child processes neither get
  // the sockets nor look for them. Call before the process has threads, and before it opens descriptors of its own,
  // which could be taken for inherited ones.
  static InheritedSockets from_environment(const Config& config);

  // Returns the sockets that match an entry of `listen`; the caller may use and close them from now on. Throws
  // std::runtime_error if there is none, if one was claimed before, or if one is not a listening stream socket. `owner`
  // names the entry in an error of a later one: "endpoint web (fd:3)". Changes no socket.
  std::vector<Socket> claim(const ListenAddress& address, const std::string& owner);

  // Returns a warning for each socket that the service manager has passed and no endpoint uses: its clients would hang.
  const std::vector<std::string>& unused() const { return unused_; }

 private:
  struct Descriptor {
    int number;
    std::string name;        // empty: not passed by a service manager
    std::string owner = {};  // the entry that has claimed it
  };

  std::vector<Descriptor> descriptors_;
  std::optional<int> other_process_;  // that the service manager has passed sockets to, instead of this one
  std::vector<std::string> unused_;
};

}  // namespace portico
