#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <memory>
#include <string>
#include <vector>

namespace portico {

// The client certificates that a server accepts: those that the given CAs have signed, and that no certificate
// revocation list (CRL) revokes. Read once, and shared by all certificates of an endpoint.
class ClientTrust {
 public:
  // `ca`, `crl`: PEM; without a CRL nothing is revoked. Throws TlsSettingsError.
  ClientTrust(const std::string& ca, const std::string& crl);

  // Makes a context request client certificates, and verify them.
  void apply(SSL_CTX* context, bool required) const;

  const std::vector<TlsContext::Warning>& warnings() const { return warnings_; }
  const std::vector<TlsContext::RevocationInfo>& revocation() const { return revocation_; }

 private:
  void trust(std::vector<X509Owner> all);
  void revoke(const std::vector<CrlOwner>& crls);

  std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>> store_;
  std::vector<X509Owner> authorities_;
  bool are_names_sent_ = true;
  bool checks_revocation_ = false;
  std::vector<TlsContext::Warning> warnings_;
  std::vector<TlsContext::RevocationInfo> revocation_;
};

}  // namespace portico
