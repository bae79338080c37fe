#include "server/admission/address_counts.hpp"

#include "base/assert.hpp"

namespace portico {

AddressCounts::~AddressCounts() { PORTICO_ASSERT(counts_.empty()); }

bool AddressCounts::add(const asio::ip::address& ip, bool always) {
  const std::lock_guard lock(mutex_);
  auto& count = counts_[key(ip)];
  const bool has_room = count < limit_;
  if (has_room || always) ++count;
  return has_room;
}

void AddressCounts::remove(const asio::ip::address& ip) {
  const std::lock_guard lock(mutex_);
  const auto it = counts_.find(key(ip));
  PORTICO_ASSERT(it != counts_.end());
  if (--it->second == 0) counts_.erase(it);
}

}  // namespace portico
