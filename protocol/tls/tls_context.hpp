#pragma once

#include "base/secret.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

struct ssl_st;

namespace portico {

// A certificate with its key, as the contents of files.
struct TlsIdentity {
  std::string certificate;    // PEM: the certificate, then its chain
  Secret key;                 // PEM
  Secret key_password;        // for an encrypted key
  std::string ocsp_response;  // DER, stapled (RFC 6066 section 8); empty: none

  // Certificates for the same names, with keys of other types: each client gets one that it can use.
  std::vector<TlsIdentity> alternatives{};

  friend bool operator==(const TlsIdentity&, const TlsIdentity&) = default;
};

// Settings of a TLS server. Each member has the name of its option in the configuration.
struct TlsSettings {
  enum class ClientCertificates : std::uint8_t { none, request, require };

  TlsIdentity identity;
  std::map<std::string, TlsIdentity> sni;  // by server name; "*.b.example" covers names with exactly one more label
  bool refuse_unknown_names = false;       // reject names that no certificate covers; false: they get `identity`
  std::string min_version = "1.2";         // or "1.3"
  std::string ciphers;                     // of TLS 1.2, an OpenSSL cipher list (ciphers(1)); empty: OpenSSL's default
  std::string cipher_suites;               // of TLS 1.3
  std::vector<std::string> alpn;           // in order of preference; empty: no ALPN
  ClientCertificates client_certificates = ClientCertificates::none;
  std::string client_ca;               // PEM: the CAs that client certificates must come from
  std::string client_crl;              // PEM: the certificates that these CAs have revoked; empty: none
  std::chrono::seconds resumption{0};  // lifetime of session tickets; 0: no resumption
  Secret ticket_keys;                  // as TicketKeys reads them; empty: keys of its own
  std::string session_scope;           // sessions are resumed only where this is the same: the endpoint's name

  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

// Returns a digest (SHA-256) of all settings: equal ones have equal digests, and no secret has to be kept to compare.
using TlsDigest = std::array<unsigned char, 32>;
TlsDigest digest_of(const TlsSettings& settings);

// Returns a digest of what a session depends on: one that was begun under other rules for client certificates, or at
// another endpoint, must not be resumed.
TlsDigest session_digest_of(const TlsSettings& settings);

// Exception for unusable settings. `option` names the setting, such as "sni.b.example.key"; what() is a predicate whose
// subject is that setting: "does not belong to the certificate". An empty `option`: OpenSSL cannot be used as it is
// configured.
class TlsSettingsError : public std::runtime_error {
 public:
  TlsSettingsError(std::string option, const std::string& text)
      : std::runtime_error(text), option_(std::move(option)) {}
  const std::string& option() const { return option_; }

 private:
  std::string option_;
};

// TLS state that the connections of one endpoint share (OpenSSL's SSL_CTX). Checked by the constructor, then immutable;
// any thread. It must outlive the handshakes of its connections.
class TlsContext {
 public:
  using Time = std::chrono::system_clock::time_point;

  // Description of a certificate, for the log.
  struct Certificate {
    std::string option;  // the setting that it comes from: "sni.b.example.certificate"
    std::string subject;
    std::string serial;  // hexadecimal, as `openssl x509 -serial` shows it
    Time not_before;
    Time not_after;
  };

  // Dates of a statement about revocations: an OCSP response, or a certificate revocation list (CRL).
  struct RevocationInfo {
    std::string option;       // the setting that it comes from: "ocsp_response"
    std::string name;         // "the OCSP response for CN=a.example"
    std::string consequence;  // outside its dates: "it is not stapled"
    Time this_update;
    Time next_update;  // Time::max(): it does not expire
  };

  // Something that works, but not as one may think: "ca", and a predicate as that of TlsSettingsError.
  struct Warning {
    std::string option;
    std::string text;
  };

  // Throws TlsSettingsError, std::bad_alloc.
  explicit TlsContext(const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Returns the default certificate first, then the others by server name.
  const std::vector<Certificate>& certificates() const;

  const std::vector<RevocationInfo>& revocation() const;
  const std::vector<Warning>& warnings() const;

  // Replaces ticket keys that are too old. New tickets do that too; this is for a context that issues none.
  void renew_ticket_keys() const;

  // Returns OpenSSL's state of one connection, as a server; free it with SSL_free. Throws std::bad_alloc.
  ssl_st* new_connection() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The context for new connections; replaced as a whole when certificates change. Any thread.
class CurrentTlsContext {
 public:
  explicit CurrentTlsContext(std::shared_ptr<const TlsContext> first) : context_(std::move(first)) {}

  std::shared_ptr<const TlsContext> get() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void set(std::shared_ptr<const TlsContext> next) {
    const std::lock_guard lock(mutex_);
    context_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace portico
