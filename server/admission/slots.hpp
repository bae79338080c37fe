#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <mutex>

namespace portico {

// A connection limit and its current use.
struct SlotCount {
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::size_t limit = unlimited;
  std::size_t observed_limit = unlimited;  // of an observed rule: exceeding it is only reported
  std::size_t used = 0;
  bool outside_server_limit = false;  // of an endpoint for operators
};

// Counting semaphores for the connections of the server and of each endpoint. A slot counts under both limits, unless
// its endpoint is outside the server's; it is acquired before a connection starts and released after it is destroyed.
// One lock for all makes the limits exact. A released slot goes to the waiter that has waited longest among those whose
// endpoint has room, and never to a client that comes later. Owned by the server; any thread.
class Slots {
 public:
  // A client that waits for a slot. Must live until the slot is granted or cancel_wait() has returned true.
  struct Waiter {
    SlotCount* endpoint = nullptr;
    std::function<void()> on_granted;  // called once, on any thread, with the slot acquired; must not block
    bool waiting = false;
  };

  enum class LimitHit : std::uint8_t { none, endpoint, server };
  struct Outcome {
    LimitHit limit_hit = LimitHit::none;  // unless `none`, no slot was acquired
    bool endpoint_observed_full = false;  // an observed limit would have refused it
    bool server_observed_full = false;
  };

  explicit Slots(const SlotCount& server) : server_(server) {}
  ~Slots();
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Acquires a slot of `endpoint`. If a limit is hit, `waiter`, unless null, waits for one.
  Outcome acquire(SlotCount& endpoint, Waiter* waiter = nullptr);

  // Ends a wait. Returns false if the slot was already granted: then the waiter holds it.
  bool cancel_wait(Waiter& waiter);

  // Releases a slot of `endpoint`, and grants it to a waiter if there is one for it.
  void release(SlotCount& endpoint);

 private:
  LimitHit limit_hit(const SlotCount& endpoint) const;
  void increment(SlotCount& endpoint);
  void decrement(SlotCount& endpoint);

  std::mutex mutex_;
  SlotCount server_;
  std::list<Waiter*> waiting_;
};

}  // namespace portico
