#pragma once

#include "config/settings/config.hpp"
#include "server/accept/listener.hpp"
#include "server/endpoint/certificate_watcher.hpp"
#include "server/endpoint/start_error.hpp"
#include "server/net/inherited_sockets.hpp"
#include "server/net/own_addresses.hpp"
#include "server/workers/workers.hpp"

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

// The running server: its workers and listeners, from start to stop. Owned by the program; the thread of the control
// context only, which must run while the server does. After start(), stop() must be called, and `on_stopped` awaited
// before the server is destroyed.
//
//     Server server(control, log);
//     server.start(config, handlers);
//     ...  // later, on the control thread
//     server.stop(config.shutdown, [&](Server::StopResult result) { control.stop(); });
class Server {
 public:
  Server(asio::io_context& control, Observer& observer);
  ~Server();

  // Binds every address, then starts to accept: at most `connections` concurrently, or fewer if the configuration says
  // so. Throws StartError, or std::exception where the system lacks memory or descriptors; then nothing is bound and no
  // thread runs. The configuration must have been checked with the same handlers.
  void start(const Config& config, const Registry& handlers, std::size_t connections = SlotCount::unlimited,
             InheritedSockets inherited = {});

  struct StopResult {
    std::size_t killed = 0;     // connections that were aborted
    std::size_t abandoned = 0;  // those of them whose sessions did not return in time
    // Sessions did not return within a second of the abort: they hold their worker's thread, which cannot be joined.
    // The process can only leave with std::_Exit.
    bool hung = false;
  };

  // Stops in order. For `delay` health checks fail, and clients are still admitted; then no more clients are accepted,
  // waiting reads return EOF, and what has begun may finish for `drain`; then the rest is aborted. Endpoints for
  // operators are served until the last client is closed. Calls `on_stopped` once, on the control thread. Call once.
  void stop(const ShutdownConfig& how, std::function<void(StopResult)> on_stopped);

  // Ends the delay and the drain immediately.
  void kill();

  // Reads the certificates again immediately, and reports it; otherwise this happens when their files change.
  void reload() { observer_.on(certificates_.reload()); }

  // Calls `on_responded` on the control thread once every worker has come round: has done what was waiting, and begins
  // something new. Never, if one is blocked. Immediately if the listeners are closed already: from then on the stop's
  // own deadlines count.
  void when_workers_respond(std::function<void()> on_responded);

  // Passes the live connections of all workers to `on_result`, on the control thread; never calls it after the stop.
  void snapshot(std::function<void(std::vector<ConnectionSnapshot>)> on_result);

  // Aborts one connection, as killed; passes to `on_result`, on the control thread, if there was one with that id.
  void abort(std::uint64_t id, std::function<void(bool)> on_result);

  // Returns the addresses that `endpoint` listens on, for example to learn a port that the system chose.
  std::vector<std::string> addresses(std::string_view endpoint) const;

  std::size_t connections() const { return workers_ ? workers_->connections() : 0; }

 private:
  void open(const Config& config, const Registry& handlers, InheritedSockets& inherited);
  void accept() noexcept;
  void close_listeners();
  void stop_listeners(bool of_operators, void (Server::*then)());
  void listen(const EndpointConfig& config, const ListenAddress& address, std::shared_ptr<const Endpoint> endpoint,
              InheritedSockets& inherited);
  bool on_control_thread() const;
  void drain_workers();
  void worker_drained();
  void finish_workers();
  void worker_finished();
  void finish(bool hung);

  asio::io_context& control_;
  Observer& observer_;
  std::unique_ptr<Slots> slots_;  // destroyed after the connections, which release theirs
  std::unique_ptr<Workers> workers_;
  struct Bound {
    std::unique_ptr<Listener> listener;
    int outstanding;
  };
  CertificateWatcher certificates_;
  std::vector<Bound> bound_;  // destroyed before the workers, since each runs on one
  asio::steady_timer deadline_;
  OwnAddresses own_;
  std::size_t open_listeners_ = 0;
  std::size_t busy_workers_ = 0;
  std::chrono::milliseconds drain_{0};
  bool closing_ = false;
  bool draining_ = false;
  bool killing_ = false;
  StopResult result_;
  std::function<void(StopResult)> on_stopped_;
};

}  // namespace portico
