#pragma once

#include "server/connection/input_buffer.hpp"

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

namespace portico {

// Time between two sweeps of a worker over the deadlines of its connections.
inline constexpr std::chrono::milliseconds sweep_period{250};

// Maximum number of refused clients of one worker that are sent a farewell, or given the time to end, without a slot;
// and as many again of those that were refused after a PROXY header.
inline constexpr std::size_t max_farewells = 256;

// State that all connections of one worker share. Owned by the worker, outlives its connections; the worker's thread
// only.
struct WorkerContext {
  asio::any_io_executor executor;
  BufferPool buffers;
  std::chrono::steady_clock::time_point now;  // of the last sweep, so that a deadline costs a store and no clock call
  bool stopping = false;                      // the server drains
  bool ready = true;                          // false from the stop request on, while the server still accepts
  std::chrono::steady_clock::time_point previous_sweep{};
  std::size_t farewells = 0;  // connections without a slot, of clients that were refused after a PROXY header
  std::thread::id thread{};   // the worker's, while it runs; unset before and after, and in tests without threads

  void begin_sweep(std::chrono::steady_clock::time_point time) { previous_sweep = std::exchange(now, time); }

  // Returns true if the caller may use the worker's connections: asserted by each function that only the worker calls.
  bool on_thread() const { return thread == std::thread::id() || thread == std::this_thread::get_id(); }
};

}  // namespace portico
