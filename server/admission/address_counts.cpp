#include "server/admission/address_counts.hpp"

namespace portico {

bool AddressCounts::add(const asio::ip::address& ip, bool always) {
  const std::lock_guard lock(mutex_);
  auto& count = counts_[key(ip)];
  const bool room = count < limit_;
  if (room || always) ++count;
  return room;
}

void AddressCounts::remove(const asio::ip::address& ip) {
  const std::lock_guard lock(mutex_);
  const auto place = counts_.find(key(ip));
  if (--place->second == 0) counts_.erase(place);
}

}  // namespace portico
