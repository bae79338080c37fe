#pragma once

#include <portico/options/values.hpp>

#include <asio/ip/tcp.hpp>

#include <optional>
#include <string>
#include <vector>

namespace portico {

// The TCP addresses that entries of this configuration have so far. Names are resolved only at the start, so that only
// then two entries can turn out to be the same address, which the system reports as if another process had it.
class OwnAddresses {
 public:
  // Adds the addresses of one entry. `owner` names it: "endpoint web (localhost:7000)".
  void add(const ListenAddress& entry, const std::vector<asio::ip::tcp::endpoint>& addresses, const std::string& owner);

  // Returns "127.0.0.1:7000 is already used by endpoint web (localhost:7000)" if one of the addresses is an earlier
  // entry's, or overlaps with it.
  std::optional<std::string> collision(const ListenAddress& entry,
                                       const std::vector<asio::ip::tcp::endpoint>& addresses) const;

 private:
  struct Own {
    asio::ip::tcp::endpoint address;
    bool both_families = false;
    std::string owner;
  };

  std::vector<Own> all_;
};

}  // namespace portico
