#include "server/workers.hpp"

#include <algorithm>
#include <thread>

namespace portico {

Workers::Workers(std::size_t count, Observer& observer) {
  if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(observer));
}

Worker& Workers::next() { return *workers_[turn_.fetch_add(1, std::memory_order_relaxed) % workers_.size()]; }

std::size_t Workers::connections() const {
  std::size_t sum = 0;
  for (const auto& worker : workers_) sum += worker->connections();
  return sum;
}

}  // namespace portico
