#pragma once

#include "config/settings/tls_config.hpp"
#include "protocol/tls/tls_context.hpp"
#include "server/endpoint/tls_files.hpp"
#include "server/events/observer.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace portico {

// The TLS of one endpoint: what its files held when it was made, and again whenever they change. A new context is built
// completely before it replaces the old one; living connections keep what they have. Owned by CertificateWatcher; its
// thread.
class EndpointTls {
 public:
  using Time = std::chrono::system_clock::time_point;

  // Throws StartError.
  EndpointTls(std::string endpoint, TlsConfig config, ReadFile read, Observer& observer);

  const std::shared_ptr<CurrentTlsContext>& current() const { return current_; }

  // Reads the files again. A change counts when two looks in a row have found it, since files are written one after
  // the other; `at_once`: without waiting for the second. What cannot be used is told, and the old is kept; told again
  // only to who asks for a look at once.
  void look(Time now, bool at_once);

  // Tells of certificates that end within two weeks, have ended, or are not valid yet.
  void tell_expiry(Time now) const;

 private:
  void replace(const TlsFiles& files, Time now);
  void refuse(const std::string& fault);
  void tell_refused() const;

  const std::string endpoint_;
  const TlsConfig config_;
  const ReadFile read_;
  Observer& observer_;
  TlsFiles last_seen_;             // used, or refused and told
  std::string refused_;            // why; empty: they are used
  Time valid_from_ = Time::max();  // what was refused because it is too early is used then
  std::optional<TlsFiles> changed_;
  std::shared_ptr<CurrentTlsContext> current_;
};

}  // namespace portico
