#pragma once

#include "server/net/listening_socket.hpp"
#include "server/net/own_addresses.hpp"

#include <asio/io_context.hpp>

#include <optional>
#include <string>
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

  // `owner` names the entry in an error of a later one: "endpoint web (localhost:7000)". Inherited sockets are not
  // tried.
  Result try_entry(const EndpointConfig& endpoint, const ListenAddress& address, const std::string& owner);

 private:
  void try_tcp(const ListenAddress& address, const std::string& owner, Result& result);
  void try_abstract(const ListenAddress& address);

  asio::io_context context_;
  OwnAddresses own_;
  std::vector<StreamAcceptor> bound_;
};

}  // namespace portico
