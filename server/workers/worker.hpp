#pragma once

#include "server/events/observer.hpp"
#include "server/net/socket_types.hpp"
#include "server/workers/connections.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace portico {

// Maximum number of refused clients of one worker that are being sent a farewell.
inline constexpr std::size_t max_farewells = 256;

// One thread, one io_context, and the connections that live on them; a session there needs no lock.
// Owned by Workers. Its functions may be called from any thread, except the destructor: join() first.
class Worker {
 public:
  explicit Worker(Observer& observer);
  ~Worker();

  asio::io_context& context() { return context_; }
  std::size_t connections() const { return connections_.size(); }

  // Starts the thread.
  void start();

  // Takes over a client accepted onto this worker's context.
  void take(StreamSocket socket, const Address& peer, std::shared_ptr<const Endpoint> endpoint);

  // Sends the endpoint's farewell to a client that is not let in, and closes when it has taken it. Beyond max_farewells
  // at a time it is sent without waiting for that.
  void say_farewell(StreamSocket socket, const Address& peer, std::shared_ptr<const Endpoint> endpoint);

  // Tells health checks that the server is about to stop.
  void unready();

  // What there is now; `told` is called on this worker's thread.
  void snapshot(std::function<void(std::vector<ConnectionSnapshot>)> told);

  // Ends one connection, if it is this worker's; `told` whether it was is called on this worker's thread.
  void cut_one(std::uint64_t id, std::function<void(bool)> told);

  // Lets every session come to its end; `drained` is called once, on this worker's thread, when none is left.
  void drain(std::function<void()> drained);

  // Ends what is left at once; `counted` is told how many there were, on this worker's thread.
  void cut(std::function<void(std::size_t)> counted);

  // Waits for the thread, which ends after drain().
  void join();

 private:
  void start_here(Connections& where, StreamSocket socket, const Address& peer,
                  std::shared_ptr<const Endpoint> endpoint);
  void sweep_later();
  void finish_if_drained();

  asio::io_context context_{1};  // one thread: the hint turns off what many would need
  WorkerContext host_;
  Connections connections_;
  Observer nobody_;
  Connections farewells_;  // clients that are sent away: as bounded as all others, but not counted and not told
  asio::steady_timer sweep_timer_;
  bool sweeping_ = false;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::function<void()> drained_;
  std::thread thread_;
};

}  // namespace portico
