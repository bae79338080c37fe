#pragma once

#include "server/workers/worker.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace portico {

// All workers; answers "where does the next connection run?". Owned by the server. Any thread.
class Workers {
 public:
  // How many the setting `workers` makes; 0: one for each processor.
  static std::size_t count_for(std::size_t setting);

  // As many as count_for(count).
  Workers(std::size_t count, Observer& observer);

  // In turn: clients are many and short, or long and alike; and an accept names its worker before its client is known.
  Worker& next();

  std::size_t connections() const;
  auto begin() { return workers_.begin(); }
  auto end() { return workers_.end(); }
  std::size_t size() const { return workers_.size(); }

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::size_t> turn_ = 0;
};

}  // namespace portico
