#pragma once

#include "server/endpoint/endpoint_tls.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace portico {

// The certificates of all endpoints, watched while the server runs. Files are read again every two seconds: the one
// way that also sees the swapped links of Kubernetes, network drives and bind mounts on Windows. Owned by the server;
// the control thread.
class CertificateWatcher {
 public:
  static constexpr std::chrono::seconds period{2};

  CertificateWatcher(asio::io_context& control, Observer& observer) : timer_(control), observer_(observer) {}

  // Reads an endpoint's; its context stays the same object whatever it holds later. Throws StartError.
  std::shared_ptr<const CurrentTlsContext> add(const std::string& endpoint, const TlsConfig& config);

  // Tells of those that end soon, now and once a day, and begins to watch. Nothing if there are none.
  void watch();

  // Looks at once, whatever was seen before.
  void reload();

  void stop() { timer_.cancel(); }

 private:
  void look(bool at_once);
  void look_later();

  asio::steady_timer timer_;
  Observer& observer_;
  std::vector<std::unique_ptr<EndpointTls>> endpoints_;
  std::chrono::steady_clock::time_point expiry_told_{};
};

}  // namespace portico
