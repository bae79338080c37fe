#pragma once

#include "protocol/tls/tls_context.hpp"

#include <string>

namespace portico::test {

// Contents and signer of a test's certificate.
struct CertificateRequest {
  std::string common_name = "localhost";
  long serial = 1;
  int first_day = -1;  // from today
  int last_day = 30;
  const TlsIdentity* signer = nullptr;  // null: self-signed
  bool is_ca = false;                   // may sign others
  const char* curve = "P-256";          // null: RSA instead
};

// Returns a new certificate with a new key; as PEM, without a chain.
TlsIdentity make_identity(const CertificateRequest& request = {});

// Returns the same key, encrypted with a password.
std::string encrypted(const std::string& key_pem, const std::string& password);

// Returns settings with one certificate, made once for all tests that do not care which one it is.
const TlsSettings& plain_tls_settings();

}  // namespace portico::test
