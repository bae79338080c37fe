#pragma once

#include "server/workers/worker.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace portico {

// All workers, which take new connections in turn. Owned by the server; any thread.
class Workers {
 public:
  // Makes `count` workers, at least one. Throws std::system_error.
  Workers(std::size_t count, Observer& observer);

  // Starts all threads; throws StartError if the system refuses one, and then none runs.
  void start();

  // Returns the worker of the next connection, in turn (round robin). Balancing by load would not help: an accept names
  // its worker before the client is known, and clients are many and short-lived, or long-lived and alike.
  Worker& next();

  std::size_t connections() const;
  auto begin() { return workers_.begin(); }
  auto end() { return workers_.end(); }
  std::size_t size() const { return workers_.size(); }

 private:
  void stop_unused();

  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::size_t> next_index_ = 0;
};

}  // namespace portico
