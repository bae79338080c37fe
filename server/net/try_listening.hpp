#pragma once

#include "server/net/inherited_sockets.hpp"
#include "server/net/listening_socket.hpp"
#include "server/net/own_addresses.hpp"

#include <asio/io_context.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace portico {

// Tries what the start does with the entries of `listen`, in their order, and says what it would say. Binds sockets and
// keeps them, but never listens, so that no client can connect; creates, changes and removes no file. May block.
class ListeningTrial {
 public:
  struct Result {
    std::optional<std::string> error;
    std::vector<std::string> warnings;
  };

  // The sockets that the start would inherit if it were this process. They are looked at, and left as they are.
  explicit ListeningTrial(InheritedSockets inherited = {}) : inherited_(std::move(inherited)) {}

  // `owner` names the entry in an error of a later one: "endpoint web (localhost:7000)".
  Result try_entry(const EndpointConfig& endpoint, const ListenAddress& address, const std::string& owner);

 private:
  void try_tcp(const ListenAddress& address, const std::string& owner, Result& result);
  void try_abstract(const ListenAddress& address, const std::string& owner);
  void try_file(const EndpointConfig& endpoint, const ListenAddress& address, const std::string& owner, Result& result);
  void try_inherited(const ListenAddress& address, const std::string& owner);

  asio::io_context context_;
  InheritedSockets inherited_;
  OwnAddresses own_;
  OwnAddresses uncreated_;  // the paths whose files only the start creates
  std::vector<StreamAcceptor> bound_;
};

// Returns what keeps this user from creating the file of a Unix socket with its owner and group, and what to change:
// the folder, a file that is in the way, a name that the host lacks. Nothing for entries of other kinds.
std::optional<std::string> unix_file_obstacle(const EndpointConfig& endpoint, const ListenAddress& address);

}  // namespace portico
