#pragma once

#include "config/config.hpp"
#include "server/listener.hpp"
#include "server/start_error.hpp"
#include "server/workers.hpp"

#include <portico/observer.hpp>
#include <portico/registry.hpp>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace portico {

// The running whole: workers, listeners, and how they stop. Used on the thread of the control context only, which must
// run while the server does. After start(), stop() must be called and `stopped` awaited before it is destroyed.
class Server {
 public:
  Server(asio::io_context& control, Observer& observer);
  ~Server();

  // Binds every address, then starts to accept. Throws StartError, and nothing is left behind. The configuration must
  // have been checked against the same handlers.
  void start(const Config& config, const Registry& handlers);

  struct StopResult {
    std::size_t killed = 0;  // connections that were cut
    // Sessions did not come back within a second of the cut: they hold their worker, which cannot be joined. The
    // process can only leave with std::_Exit.
    bool hung = false;
  };

  // Stops in order: no new clients, waiting reads see the end of input, what is under way may finish for `drain`, then
  // it is cut. `stopped` is called once, on the control thread. Call once.
  void stop(std::chrono::milliseconds drain, std::function<void(StopResult)> stopped);

  // Cuts what is left of the drain at once.
  void kill();

  // Where `endpoint` listens, for example to learn a port the system chose.
  std::vector<std::string> addresses(std::string_view endpoint) const;

  std::size_t connections() const { return workers_ ? workers_->connections() : 0; }

 private:
  void open(const Config& config, const Registry& handlers);
  void listen(const EndpointConfig& config, const ListenAddress& address, std::shared_ptr<const Endpoint> endpoint);
  void listener_closed();
  void drain_workers();
  void worker_drained();
  void finish(bool hung);

  asio::io_context& control_;
  Observer& observer_;
  std::unique_ptr<Workers> workers_;
  struct Bound {
    std::unique_ptr<Listener> listener;
    int outstanding;
  };
  std::vector<Bound> bound_;  // each runs on a worker, so they go before the workers
  asio::steady_timer deadline_;
  std::size_t open_listeners_ = 0;
  std::size_t busy_workers_ = 0;
  bool draining_ = false;
  bool killing_ = false;
  StopResult result_;
  std::function<void(StopResult)> stopped_;
};

}  // namespace portico
