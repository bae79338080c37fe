#include "server/admission/slots.hpp"

#include <algorithm>

namespace portico {

Slots::Full Slots::full(const SlotCount& endpoint) const {
  if (endpoint.used >= endpoint.limit) return Full::endpoint;
  return server_.used >= server_.limit ? Full::server : Full::no;
}

void Slots::take_one(SlotCount& endpoint) {
  ++endpoint.used;
  ++server_.used;
}

Slots::Outcome Slots::take(SlotCount& endpoint, Waiter* waiter) {
  const std::lock_guard lock(mutex_);
  Outcome outcome{full(endpoint), endpoint.used >= endpoint.observed_limit, server_.used >= server_.observed_limit};
  if (outcome.full == Full::no) {
    take_one(endpoint);
  } else if (waiter) {
    waiter->endpoint = &endpoint;
    waiter->waiting = true;
    waiting_.push_back(waiter);
  }
  return outcome;
}

bool Slots::forget(Waiter& waiter) {
  const std::lock_guard lock(mutex_);
  if (!waiter.waiting) return false;
  waiting_.remove(&waiter);
  waiter.waiting = false;
  return true;
}

void Slots::free(SlotCount& endpoint) {
  const std::lock_guard lock(mutex_);
  --endpoint.used;
  --server_.used;
  const auto first = std::find_if(waiting_.begin(), waiting_.end(),
                                  [this](const Waiter* waiter) { return full(*waiter->endpoint) == Full::no; });
  if (first == waiting_.end()) return;
  Waiter& waiter = **first;
  waiting_.erase(first);
  waiter.waiting = false;
  take_one(*waiter.endpoint);
  // With the lock held: once it is known as granted, forget() may say so and its owner may go.
  waiter.granted();
}

}  // namespace portico
