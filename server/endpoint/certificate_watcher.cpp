#include "server/endpoint/certificate_watcher.hpp"

namespace portico {

std::shared_ptr<const CurrentTlsContext> CertificateWatcher::add(const std::string& endpoint, const TlsConfig& config) {
  endpoints_.push_back(std::make_unique<EndpointTls>(endpoint, config, read_lasting_file, observer_));
  return endpoints_.back()->current();
}

void CertificateWatcher::watch() {
  if (endpoints_.empty()) return;
  look(/*at_once=*/false);
  look_later();
}

void CertificateWatcher::reload() { look(/*at_once=*/true); }

void CertificateWatcher::look(bool at_once) {
  const auto now = std::chrono::steady_clock::now();
  const bool new_day =
      expiry_told_ == std::chrono::steady_clock::time_point() || now - expiry_told_ >= std::chrono::hours(24);
  if (new_day) expiry_told_ = now;
  for (const auto& endpoint : endpoints_) {
    endpoint->look(std::chrono::system_clock::now(), at_once);
    if (new_day) endpoint->tell_expiry(std::chrono::system_clock::now());
  }
}

void CertificateWatcher::look_later() {
  timer_.expires_after(period);
  timer_.async_wait([this](const std::error_code& error) {
    if (error) return;
    look(/*at_once=*/false);
    look_later();
  });
}

}  // namespace portico
