#pragma once

#include "config/settings/tls_config.hpp"
#include "protocol/tls/tls_context.hpp"
#include "server/endpoint/tls_files.hpp"

#include <portico/observer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace portico {

// The TLS context of one endpoint, replaced when the files that it was built from change. A new context is complete
// before it replaces the old one; live connections keep theirs. Owned by CertificateWatcher; its thread.
class EndpointTls {
 public:
  using Time = std::chrono::system_clock::time_point;

  // Builds the context. Throws StartError.
  EndpointTls(std::string endpoint, TlsConfig config, ReadFile read, Observer& observer);

  const std::shared_ptr<CurrentTlsContext>& current() const { return current_; }

  // Reads the files again. A change counts only if two polls in a row read the same contents, since a certificate and
  // its key are written one after the other; with `force`, one poll is enough. Files that cannot be used are reported
  // once, and once more by each poll with `force`; the certificates in use are kept.
  enum class Files : std::uint8_t { in_use, replaced, rejected };
  Files poll(Time now, bool force);

  // Reports certificates that expire within two weeks, have expired, or are not valid yet; and OCSP responses and CRLs
  // that have expired, or are not valid yet.
  void report_expiry(Time now) const;

 private:
  // The state of all files. Their contents are not kept: the key is among them.
  struct Seen {
    std::optional<std::string> error;
    TlsDigest digest{};

    friend bool operator==(const Seen&, const Seen&) = default;
  };

  TlsFiles read_files() const;
  static Seen seen(const TlsFiles& files);
  void report_expired_since_last_poll(Time now);
  void replace(const TlsFiles& files, Time now);
  void reject(const std::string& error);
  void report_rejected() const;

  const std::string endpoint_;
  const TlsConfig config_;
  const ReadFile read_;
  Observer& observer_;
  Seen current_files_;             // in use, or rejected and reported
  std::string rejection_;          // the reason; empty: they are in use
  Time valid_from_ = Time::max();  // when rejected certificates that are not valid yet can be used
  Time polled_at_ = Time::max();   // by the last poll
  std::optional<Seen> pending_;
  std::shared_ptr<CurrentTlsContext> current_;
};

}  // namespace portico
