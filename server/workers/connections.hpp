#pragma once

#include "protocol/stream.hpp"
#include "server/connection/connection_end.hpp"
#include "server/endpoint/endpoint.hpp"
#include "server/workers/connection_snapshot.hpp"

#include <portico/observer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace portico {

// The live connections of one worker, from the start of their sessions to their `closed` events. A session that throws
// ends only its own connection. Owned by the worker; its thread only, except size().
class Connections {
 public:
  Connections(WorkerContext& worker, Observer& observer) : worker_(worker), observer_(observer) {}
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Registers a connection, then starts its session.
  void start(std::unique_ptr<Stream> stream, const Address& peer, std::shared_ptr<const Endpoint> endpoint);

  // Aborts connections whose deadlines have passed. Call after WorkerContext::begin_sweep().
  void sweep();

  // Stops the sessions in order: reads between messages return the end of input (EOF), pending ones and later ones.
  void drain();

  // Aborts all connections. Returns how many sessions that interrupted, without those of an earlier call.
  std::size_t abort_all(EndReason reason);

  // Returns the number of connections. Any thread; exact when the worker's thread is idle.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // Sets the function that is called each time the last connection is destroyed.
  void on_empty(std::function<void()> action) { on_empty_ = std::move(action); }

  // Returns a snapshot of each connection.
  std::vector<ConnectionSnapshot> snapshot() const;

  // Aborts one connection, as killed. Returns false if there is none with that id.
  bool abort(std::uint64_t id);

 private:
  struct Entry;
  using Iterator = std::list<Entry>::iterator;

  void on_session_end(Iterator it, const std::exception_ptr& thrown);
  void close(Iterator it, const ConnectionEnd& end, bool reset);

  WorkerContext& worker_;
  Observer& observer_;
  std::list<Entry> entries_;
  std::atomic<std::size_t> size_ = 0;
  std::function<void()> on_empty_;
};

// One connection with everything that it uses. The endpoint is destroyed last, since it owns the session's options and
// the names in the log.
struct Connections::Entry {
  Entry(std::uint64_t id, std::unique_ptr<Stream> client_stream, const Address& peer,
        std::shared_ptr<const Endpoint> client_endpoint, WorkerContext& worker);

  std::shared_ptr<const Endpoint> endpoint;
  std::unique_ptr<Stream> stream;
  ServerConnection connection;
};

}  // namespace portico
