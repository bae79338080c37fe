#pragma once

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

// A certificate with what belongs to it, as the contents of files.
struct TlsIdentity {
  std::string certificate;    // PEM: the certificate, then its chain
  std::string key;            // PEM
  std::string key_password;   // for an encrypted key
  std::string ocsp_response;  // DER, stapled (RFC 6066 section 8); empty: none

  friend bool operator==(const TlsIdentity&, const TlsIdentity&) = default;
};

// Everything that a TLS server is told. The option of the configuration that a member comes from has its name.
struct TlsSettings {
  enum class ClientCertificates : std::uint8_t { none, request, require };

  TlsIdentity identity;
  std::map<std::string, TlsIdentity> sni;  // by name; "*.b.example" is every name with one more label
  bool refuse_unknown_names = false;       // neither here nor in `identity`; else they get `identity`
  std::string min_version = "1.2";         // or "1.3"
  std::string ciphers;                     // of TLS 1.2, in OpenSSL's words (ciphers(1)); empty: OpenSSL's choice
  std::string cipher_suites;               // of TLS 1.3
  std::vector<std::string> alpn;           // the preferred one first; empty: none is agreed on
  ClientCertificates client_certificates = ClientCertificates::none;
  std::string client_ca;               // PEM: who may sign them
  std::chrono::seconds resumption{0};  // how long a session may be resumed by its ticket; 0: never

  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

// A setting that no TLS can be spoken with: `option` is "certificate", "sni.b.example.key" or the like, what() goes on
// from its value: "is not a PEM certificate".
class TlsSettingsError : public std::runtime_error {
 public:
  TlsSettingsError(std::string option, const std::string& text)
      : std::runtime_error(text), option_(std::move(option)) {}
  const std::string& option() const { return option_; }

 private:
  std::string option_;
};

// What connections of one endpoint share to speak TLS (OpenSSL's SSL_CTX). Immutable and checked when made; any thread.
// Connections need it until their handshake is over.
class TlsContext {
 public:
  using Time = std::chrono::system_clock::time_point;
  struct Certificate {
    std::string option;  // that it comes from
    std::string subject;
    std::string serial;  // hexadecimal, as `openssl x509 -serial` shows it
    Time not_before;
    Time not_after;
  };

  // Throws TlsSettingsError.
  explicit TlsContext(const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  const std::vector<Certificate>& certificates() const;

  // OpenSSL's state of one connection, as a server. To be freed with SSL_free. Throws std::bad_alloc.
  ssl_st* new_connection() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The context that new connections get; replaced as a whole when certificates change. Any thread.
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
