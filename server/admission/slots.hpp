#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <mutex>

namespace portico {

// How many connections there may be, and how many there are.
struct SlotCount {
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::size_t limit = unlimited;
  std::size_t observed_limit = unlimited;  // of a rule on trial: passing it is only told
  std::size_t used = 0;
};

// The connections there may be: of the whole server, and of each endpoint. A slot is taken before a connection starts
// and freed after it has gone, under one lock, so a limit is exact whatever the threads do. Who waits gets the next
// slot that it may have, in the order of waiting; nobody comes in between. Owned by the server; any thread.
class Slots {
 public:
  // Someone who waits: lives until it was granted or has been forgotten.
  struct Waiter {
    SlotCount* endpoint = nullptr;
    std::function<void()> granted;  // called once, on any thread, when the slot has been taken for it; must not block
    bool waiting = false;
  };

  enum class Full : std::uint8_t { no, endpoint, server };
  struct Outcome {
    Full full = Full::no;            // what stood against it: nothing was taken
    bool endpoint_would_be = false;  // what would have, if it were not on trial
    bool server_would_be = false;
  };

  explicit Slots(const SlotCount& server) : server_(server) {}

  // Takes a slot of `endpoint`. With a `waiter`, one that is not there is waited for.
  Outcome take(SlotCount& endpoint, Waiter* waiter = nullptr);

  // Stops waiting. False if the slot has been granted: then it is held.
  bool forget(Waiter& waiter);

  // Gives a slot back, to the first who waits for one like it.
  void free(SlotCount& endpoint);

 private:
  Full full(const SlotCount& endpoint) const;
  void take_one(SlotCount& endpoint);

  std::mutex mutex_;
  SlotCount server_;
  std::list<Waiter*> waiting_;
};

}  // namespace portico
