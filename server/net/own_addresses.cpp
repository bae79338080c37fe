#include "server/net/own_addresses.hpp"

#include <portico/address.hpp>

namespace portico {

namespace {

using asio::ip::tcp;

bool overlaps(const tcp::endpoint& left, bool left_is_both, const tcp::endpoint& right, bool right_is_both) {
  if (left.port() != right.port() || left.port() == 0) return false;  // 0: the system chooses
  if (left_is_both || right_is_both) return true;
  if (left.address().is_v4() != right.address().is_v4()) return false;
  return left.address() == right.address() || left.address().is_unspecified() || right.address().is_unspecified();
}

}  // namespace

void OwnAddresses::add(const ListenAddress& entry, const std::vector<tcp::endpoint>& addresses,
                       const std::string& owner) {
  const bool both_families = entry.host.empty() && !entry.is_inherited();
  for (const auto& address : addresses) all_.push_back({address, both_families, owner});
}

std::optional<std::string> OwnAddresses::collision(const ListenAddress& entry,
                                                   const std::vector<tcp::endpoint>& addresses) const {
  for (const auto& address : addresses) {
    for (const Own& own : all_) {
      if (overlaps(own.address, own.both_families, address, entry.host.empty()))
        return Address(address).to_string() + " is already used by " + own.owner;
    }
  }
  return std::nullopt;
}

}  // namespace portico
