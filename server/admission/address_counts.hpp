#pragma once

#include "server/admission/network_set.hpp"

#include <asio/ip/address.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace portico {

// Number of connections of each client address. An IPv6 client counts as its network of `ipv6_prefix` bits, since it
// can choose the remaining bits. Owned by an endpoint's admission; any thread.
class AddressCounts {
 public:
  AddressCounts(std::size_t limit, unsigned ipv6_prefix) : limit_(limit), ipv6_prefix_(ipv6_prefix) {}

  ~AddressCounts();
  AddressCounts(const AddressCounts&) = delete;
  AddressCounts& operator=(const AddressCounts&) = delete;

  // Counts one connection. Returns false if the address was at its limit: then it is counted only with `always`.
  bool add(const asio::ip::address& ip, bool always);

  // Uncounts one connection that add() has counted.
  void remove(const asio::ip::address& ip);

 private:
  using Key = std::pair<bool, AddressBytes>;  // IPv6
  Key key(const asio::ip::address& ip) const { return {ip.is_v6(), leading_bits(ip, ip.is_v6() ? ipv6_prefix_ : 32)}; }

  const std::size_t limit_;
  const unsigned ipv6_prefix_;
  std::mutex mutex_;
  std::map<Key, std::size_t> counts_;  // only addresses with connections, so never more entries than slots
};

}  // namespace portico
