#pragma once

#include <portico/options/values.hpp>

#include <asio/ip/address.hpp>

#include <array>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace portico {

// Bytes of an IP address; IPv4 addresses use the first four.
using AddressBytes = std::array<std::uint8_t, 16>;

// Returns the first `prefix` bits of an address, the rest zero.
AddressBytes leading_bits(const asio::ip::address& ip, unsigned prefix);

// A set of networks. A lookup costs one search for each different prefix length, however many networks there are.
// Immutable; any thread.
class NetworkSet {
 public:
  explicit NetworkSet(const std::vector<Network>& networks);

  bool contains(const asio::ip::address& ip) const;
  bool empty() const { return networks_.empty(); }

 private:
  using Length = std::pair<bool, std::uint8_t>;  // IPv6, bits
  std::set<Length> lengths_;
  std::set<std::pair<Length, AddressBytes>> networks_;
};

}  // namespace portico
