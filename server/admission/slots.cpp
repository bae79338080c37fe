#include "server/admission/slots.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace portico {

Slots::~Slots() { PORTICO_ASSERT(server_.used == 0 && waiting_.empty()); }

Slots::LimitHit Slots::limit_hit(const SlotCount& endpoint) const {
  if (endpoint.used >= endpoint.limit) return LimitHit::endpoint;
  if (endpoint.outside_server_limit) return LimitHit::none;
  return server_.used >= server_.limit ? LimitHit::server : LimitHit::none;
}

void Slots::increment(SlotCount& endpoint) {
  ++endpoint.used;
  if (!endpoint.outside_server_limit) ++server_.used;
}

void Slots::decrement(SlotCount& endpoint) {
  PORTICO_ASSERT(endpoint.used > 0);
  --endpoint.used;
  if (endpoint.outside_server_limit) return;
  PORTICO_ASSERT(server_.used > 0);
  --server_.used;
}

Slots::Outcome Slots::acquire(SlotCount& endpoint, Waiter* waiter) {
  const std::lock_guard lock(mutex_);
  Outcome outcome{limit_hit(endpoint), endpoint.used >= endpoint.observed_limit,
                  !endpoint.outside_server_limit && server_.used >= server_.observed_limit};
  if (outcome.limit_hit == LimitHit::none) {
    increment(endpoint);
  } else if (waiter) {
    PORTICO_ASSERT(!waiter->waiting);
    waiter->endpoint = &endpoint;
    waiter->waiting = true;
    waiting_.push_back(waiter);
  }
  return outcome;
}

bool Slots::cancel_wait(Waiter& waiter) {
  const std::lock_guard lock(mutex_);
  if (!waiter.waiting) return false;
  waiting_.remove(&waiter);
  waiter.waiting = false;
  return true;
}

void Slots::release(SlotCount& endpoint) {
  const std::lock_guard lock(mutex_);
  decrement(endpoint);
  const auto first = std::find_if(waiting_.begin(), waiting_.end(), [this](const Waiter* waiter) {
    return limit_hit(*waiter->endpoint) == LimitHit::none;
  });
  if (first == waiting_.end()) return;
  Waiter& waiter = **first;
  waiting_.erase(first);
  waiter.waiting = false;
  increment(*waiter.endpoint);
  // Called under the lock: after that, a concurrent cancel_wait() returns false and the owner may destroy the waiter.
  waiter.on_granted();
}

}  // namespace portico
