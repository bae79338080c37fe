#pragma once

#include "protocol/stream.hpp"
#include "server/connection/connection_end.hpp"
#include "server/endpoint/endpoint.hpp"
#include "server/events/observer.hpp"
#include "server/workers/connection_snapshot.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace portico {

// Every live connection of one worker: started here, swept for deadlines, ended here. Owned by the worker; its thread
// only, except size(). A session that throws ends its own connection and nothing else.
class Connections {
 public:
  Connections(WorkerContext& host, Observer& observer) : host_(host), observer_(observer) {}

  // Registers a connection, then starts its session.
  void start(std::unique_ptr<Stream> stream, const Address& peer, std::shared_ptr<const Endpoint> endpoint);

  // Ends those whose deadlines have passed, after host.begin_sweep().
  void sweep();

  // The worker stops: reads that wait between messages see the end of input, and so do later ones.
  void drain();

  // Ends all at once, and says how many sessions that cut short.
  std::size_t cut_all(EndReason reason);

  // Any thread; exact once the worker's thread has nothing left to run.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // Called each time the last connection has gone.
  void when_empty(std::function<void()> action) { when_empty_ = std::move(action); }

  // What there is now.
  std::vector<ConnectionSnapshot> snapshot() const;

  // Ends one at once, as killed. False if there is none with that id.
  bool cut(std::uint64_t id);

 private:
  struct Live;
  using Place = std::list<Live>::iterator;

  void ended(Place place, const std::exception_ptr& thrown);
  void close(Place place, const ConnectionEnd& ending, bool reset);

  WorkerContext& host_;
  Observer& observer_;
  std::list<Live> live_;
  std::atomic<std::size_t> size_ = 0;
  std::function<void()> when_empty_;
};

// Whatever belongs to one connection. The endpoint goes last: the session's options and the log's names are its.
struct Connections::Live {
  Live(std::uint64_t id, std::unique_ptr<Stream> bytes, const Address& peer, std::shared_ptr<const Endpoint> owner,
       WorkerContext& host);

  std::shared_ptr<const Endpoint> endpoint;
  std::unique_ptr<Stream> stream;
  ServerConnection connection;
};

}  // namespace portico
