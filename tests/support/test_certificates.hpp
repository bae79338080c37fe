#pragma once

#include "protocol/tls/tls_context.hpp"

#include <string>

namespace portico::test {

// What a certificate of a test says, and who signs it.
struct CertificateRequest {
  std::string common_name = "localhost";
  long serial = 1;
  int first_day = -1;  // from today
  int last_day = 30;
  const TlsIdentity* signer = nullptr;  // null: itself
  bool authority = false;               // may sign others
};

// A certificate with a P-256 key of its own, made here and now; as PEM, without a chain.
TlsIdentity make_identity(const CertificateRequest& request = {});

// The same key, encrypted with a password.
std::string encrypted(const std::string& key_pem, const std::string& password);

// Settings with one certificate, made once for all tests that do not care which.
const TlsSettings& plain_tls_settings();

}  // namespace portico::test
