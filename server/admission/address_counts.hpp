#pragma once

#include "server/admission/network_set.hpp"

#include <asio/ip/address.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace portico {

// How many connections each client address has. An IPv6 client is its network of `ipv6_prefix` bits, since it can
// choose the rest. Owned by an endpoint's admission; any thread.
class AddressCounts {
 public:
  AddressCounts(std::size_t limit, unsigned ipv6_prefix) : limit_(limit), ipv6_prefix_(ipv6_prefix) {}

  // Counts one more. False if there were as many as may be; with `always` it is counted all the same.
  bool add(const asio::ip::address& ip, bool always);
  void remove(const asio::ip::address& ip);

 private:
  using Key = std::pair<bool, AddressBytes>;  // IPv6
  Key key(const asio::ip::address& ip) const { return {ip.is_v6(), leading_bits(ip, ip.is_v6() ? ipv6_prefix_ : 32)}; }

  const std::size_t limit_;
  const unsigned ipv6_prefix_;
  std::mutex mutex_;
  std::map<Key, std::size_t> counts_;  // those with connections, so no more than there are slots
};

}  // namespace portico
