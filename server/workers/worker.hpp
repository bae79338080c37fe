#pragma once

#include "server/net/socket_types.hpp"
#include "server/workers/connections.hpp"

#include <portico/observer.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace portico {

// A client to serve, accepted onto the context of its worker.
struct AcceptedClient {
  StreamSocket socket;
  Address peer;
  Address local;  // of a Unix socket whose name the system does not know; otherwise unspecified
};

// One thread with one io_context and the connections that live on it; their sessions need no locks.
// Owned by Workers. Its functions may be called from any thread, except the destructor: join() first.
class Worker {
 public:
  explicit Worker(Observer& observer);
  ~Worker();

  asio::io_context& context() { return context_; }
  std::size_t connections() const { return clients_.size() + operators_.size(); }

  void start();

  // Serves a client that was accepted onto this worker's context.
  void adopt(AcceptedClient client, std::shared_ptr<const Endpoint> endpoint);

  // Ends the connection of a refused client in order, after the endpoint's farewell if there is one. If there are
  // max_farewells already, nothing waits: at most 16 KiB of what has arrived are discarded, since closing over unread
  // bytes would be a reset; the farewell is sent if no TLS comes first and the socket takes it; the connection is
  // closed.
  void send_farewell(AcceptedClient client, std::shared_ptr<const Endpoint> endpoint);

  // Makes Connection::ready() false for all sessions: health checks report that the server is about to stop.
  void mark_not_ready();

  // Takes a snapshot of the connections; `on_result` is called on this worker's thread.
  void snapshot(std::function<void(std::vector<ConnectionSnapshot>)> on_result);

  // Aborts one connection; `on_result` is called on this worker's thread, with false if it is not one of this worker's.
  void abort(std::uint64_t id, std::function<void(bool)> on_result);

  // Lets the sessions of clients finish; `on_drained` is called once, on this worker's thread, when no connection of a
  // client is left. Operators are still served.
  void drain(std::function<void()> on_drained);

  // Lets the sessions of operators finish too, and then the thread end; `on_finished` is called once, on it. Call after
  // drain() and the last adopt().
  void finish(std::function<void()> on_finished);

  // Aborts all connections; `on_result` is called on this worker's thread with the number of interrupted sessions.
  void abort_all(std::function<void(std::size_t)> on_result);

  // Waits for the thread, which ends after finish().
  void join();

  // Ends the thread of a worker that was given no client. Must be called by the thread that has called start().
  void stop_unused();

 private:
  void start_connection(Connections& owner, AcceptedClient client, std::shared_ptr<const Endpoint> endpoint);
  void schedule_sweep();
  std::array<WorkerContext*, 2> contexts() { return {&worker_context_, &operators_context_}; }
  std::array<Connections*, 3> all_connections() { return {&clients_, &operators_, &farewells_}; }
  void report_stages();

  asio::io_context context_{1};  // concurrency hint: only one thread runs it
  WorkerContext worker_context_;
  WorkerContext operators_context_;  // a state of its own, since operators are served while clients are drained
  Connections clients_;
  Connections operators_;  // of endpoints that serve operators
  Observer null_observer_;
  Connections farewells_;  // of refused clients: deadlines apply to them, but they are neither counted nor reported
  asio::steady_timer sweep_timer_;
  bool sweeping_ = false;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::function<void()> on_drained_;
  std::function<void()> on_finished_;
  std::thread thread_;
};

}  // namespace portico
