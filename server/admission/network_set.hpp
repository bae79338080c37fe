#pragma once

#include <portico/options/values.hpp>

#include <asio/ip/address.hpp>

#include <array>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace portico {

// The first `prefix` bits of an address, the rest zero; IPv4 addresses use the first four bytes.
using AddressBytes = std::array<std::uint8_t, 16>;
AddressBytes leading_bits(const asio::ip::address& ip, unsigned prefix);

// Networks that an address may be in. A lookup costs one search for each different length among them, however many they
// are. Immutable once made; any thread.
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
