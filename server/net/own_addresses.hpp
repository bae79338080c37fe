#pragma once

#include "server/net/unix_socket_file.hpp"

#include <portico/address.hpp>
#include <portico/options/values.hpp>

#include <asio/ip/tcp.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace portico {

// The addresses that entries of this configuration have so far. Names are resolved, and links of folders followed, only
// at the start, so that only then two entries can turn out to be the same address, which the system reports as if
// another process had it.
class OwnAddresses {
 public:
  // Adds the addresses of one entry. `owner` names it: "endpoint web (localhost:7000)".
  void add(const ListenAddress& entry, const std::vector<asio::ip::tcp::endpoint>& addresses, const std::string& owner);

  // Returns "127.0.0.1:7000 is already used by endpoint web (localhost:7000)" if one of the addresses is an earlier
  // entry's, or overlaps with it.
  std::optional<std::string> collision(const ListenAddress& entry,
                                       const std::vector<asio::ip::tcp::endpoint>& addresses) const;

  // Adds a Unix socket: the path of its file, or "@" and an abstract name.
  void add_unix(const std::string& path, const std::string& owner);

  // Returns "the same socket is already used by endpoint web (unix:p.sock)" if the path is an earlier entry's, however
  // each of them is spelled.
  std::optional<std::string> unix_collision(const std::string& path) const;

  // Adds the address of a socket that an entry has, of either kind.
  void add_bound(const ListenAddress& entry, const Address& bound, const std::string& owner);

 private:
  // A folder has one identity, whatever leads to it.
  struct Place {
    FileIdentity folder;
    std::string name;

    friend bool operator==(const Place&, const Place&) = default;
  };
  struct OwnPlace {
    Place place;
    std::string owner;
  };
  struct Own {
    asio::ip::tcp::endpoint address;
    bool both_families = false;
    std::string owner;
  };

  static std::optional<Place> place_of(const std::string& path);

  std::vector<Own> all_;
  std::vector<OwnPlace> places_;
};

// Returns true for an error of opening a socket whose cause can be another entry of this configuration.
bool may_be_collision(const std::runtime_error& error);

}  // namespace portico
