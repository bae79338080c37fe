#include "server/workers/workers.hpp"

#include "server/endpoint/start_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace portico {

Workers::Workers(std::size_t count, Observer& observer) {
  for (std::size_t i = std::max<std::size_t>(1, count); i > 0; --i)
    workers_.push_back(std::make_unique<Worker>(observer));
}

void Workers::start() {
  std::size_t started = 0;
  try {
    for (; started < workers_.size(); ++started) workers_[started]->start();
  } catch (const std::system_error& error) {
    stop_unused();
    throw StartError(
        fmt::format("cannot start the thread of worker {} of {}: {} ({}); allow this process more threads, or set "
                    "\"workers\" to a lower number",
                    started + 1, workers_.size(), error.code().message(), error.code().value()));
  } catch (...) {
    stop_unused();
    throw;
  }
}

void Workers::stop_unused() {
  for (const auto& worker : workers_) worker->stop_unused();
}

Worker& Workers::next() { return *workers_[next_index_.fetch_add(1, std::memory_order_relaxed) % workers_.size()]; }

std::size_t Workers::connections() const {
  std::size_t sum = 0;
  for (const auto& worker : workers_) sum += worker->connections();
  return sum;
}

}  // namespace portico
