#pragma once

#include "config/settings/config.hpp"
#include "server/accept/listener.hpp"
#include "server/endpoint/certificate_watcher.hpp"
#include "server/endpoint/start_error.hpp"
#include "server/events/observer.hpp"
#include "server/net/inherited_sockets.hpp"
#include "server/workers/workers.hpp"

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

  // Binds every address, then starts to accept: at most `connections` at a time, or fewer if the configuration says so.
  // Throws StartError, and nothing is left behind. The configuration must have been checked against the same handlers.
  void start(const Config& config, const Registry& handlers, std::size_t connections = SlotCount::unlimited,
             InheritedSockets inherited = {});

  struct StopResult {
    std::size_t killed = 0;  // connections that were cut
    // Sessions did not come back within a second of the cut: they hold their worker, which cannot be joined. The
    // process can only leave with std::_Exit.
    bool hung = false;
  };

  // Stops in order: for `delay` health checks are told, and clients still let in; then no new clients, waiting reads
  // see the end of input, what is under way may finish for `drain`; then it is cut. `stopped` is called once, on the
  // control thread. Call once.
  void stop(const ShutdownConfig& how, std::function<void(StopResult)> stopped);

  // Cuts the delay short and what is left of the drain at once.
  void kill();

  // Reads the certificates again, at once; it also does so by itself when their files change.
  void reload() { certificates_.reload(); }

  // The live connections of all workers; `told` is called on the control thread, but not when the server has stopped.
  void snapshot(std::function<void(std::vector<ConnectionSnapshot>)> told);

  // Ends one connection at once, as killed; `told` on the control thread whether there was one with that id.
  void cut(std::uint64_t id, std::function<void(bool)> told);

  // Where `endpoint` listens, for example to learn a port the system chose.
  std::vector<std::string> addresses(std::string_view endpoint) const;

  std::size_t connections() const { return workers_ ? workers_->connections() : 0; }

 private:
  void open(const Config& config, const Registry& handlers, InheritedSockets& inherited);
  std::shared_ptr<const Endpoint> make_endpoint(const EndpointConfig& config, const Registry& handlers);
  void close_listeners();
  void listen(const EndpointConfig& config, const ListenAddress& address, std::shared_ptr<const Endpoint> endpoint,
              InheritedSockets& inherited);
  void listener_closed();
  void drain_workers();
  void worker_drained();
  void finish(bool hung);

  asio::io_context& control_;
  Observer& observer_;
  std::unique_ptr<Slots> slots_;  // connections give theirs back, so it goes after them
  std::unique_ptr<Workers> workers_;
  struct Bound {
    std::unique_ptr<Listener> listener;
    int outstanding;
  };
  CertificateWatcher certificates_;
  std::vector<Bound> bound_;  // each runs on a worker, so they go before the workers
  asio::steady_timer deadline_;
  std::size_t open_listeners_ = 0;
  std::size_t busy_workers_ = 0;
  std::chrono::milliseconds drain_{0};
  bool closing_ = false;
  bool draining_ = false;
  bool killing_ = false;
  StopResult result_;
  std::function<void(StopResult)> stopped_;
};

}  // namespace portico
