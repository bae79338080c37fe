#include "server/endpoint/certificate_watcher.hpp"

namespace portico {

std::shared_ptr<const CurrentTlsContext> CertificateWatcher::add(const std::string& endpoint, const TlsConfig& config) {
  endpoints_.push_back(std::make_unique<EndpointTls>(endpoint, config, read_regular_file, observer_));
  return endpoints_.back()->current();
}

void CertificateWatcher::start() {
  if (endpoints_.empty()) return;
  poll(/*force=*/false);
  schedule_poll();
}

events::Reloaded CertificateWatcher::reload() { return poll(/*force=*/true); }

events::Reloaded CertificateWatcher::poll(bool force) {
  events::Reloaded result{endpoints_.size(), 0, 0};
  const auto now = std::chrono::steady_clock::now();
  const bool new_day = last_expiry_report_ == std::chrono::steady_clock::time_point() ||
                       now - last_expiry_report_ >= std::chrono::hours(24);
  if (new_day) last_expiry_report_ = now;
  for (const auto& endpoint : endpoints_) {
    const auto files = endpoint->poll(std::chrono::system_clock::now(), force);
    if (files == EndpointTls::Files::replaced) ++result.replaced;
    if (files == EndpointTls::Files::rejected) ++result.rejected;
    if (new_day) endpoint->report_expiry(std::chrono::system_clock::now());
  }
  return result;
}

void CertificateWatcher::schedule_poll() {
  timer_.expires_after(period);
  timer_.async_wait([this](const std::error_code& error) {
    if (error) return;
    poll(/*force=*/false);
    schedule_poll();
  });
}

}  // namespace portico
