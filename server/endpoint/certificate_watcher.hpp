#pragma once

#include "server/endpoint/endpoint_tls.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace portico {

// The certificates of all endpoints, watched while the server runs. Files are read again every two seconds, since only
// polling also notices the swapped links of Kubernetes, network drives, and bind mounts on Windows. Owned by the
// server; the control thread.
class CertificateWatcher {
 public:
  static constexpr std::chrono::seconds period{2};

  CertificateWatcher(asio::io_context& control, Observer& observer) : timer_(control), observer_(observer) {}

  // Reads the certificates of an endpoint. The returned object stays the same when they are replaced. Throws
  // StartError.
  std::shared_ptr<const CurrentTlsContext> add(const std::string& endpoint, const TlsConfig& config);

  // Starts to watch the files. Reports certificates that expire soon, now and once a day. Does nothing without TLS.
  void start();

  // Reads all files again now, and reports again what is wrong with them. Returns what became of them.
  events::Reloaded reload();

  void stop() { timer_.cancel(); }

 private:
  events::Reloaded poll(bool force);
  void schedule_poll();

  asio::steady_timer timer_;
  Observer& observer_;
  std::vector<std::unique_ptr<EndpointTls>> endpoints_;
  std::chrono::steady_clock::time_point last_expiry_report_{};
};

}  // namespace portico
