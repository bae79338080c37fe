#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_staple.hpp"

#include <optional>
#include <string>
#include <vector>

namespace portico {

// The certificates that a context uses, and the OCSP response for one of them.
struct UsedIdentity {
  std::vector<X509Owner> certificates;
  std::vector<TlsContext::Certificate> descriptions;
  std::optional<OcspStaple> staple;
};

// Sets the certificates, chains and keys of a context, after checking that they belong together, and that a client
// could use them. `option_prefix` ("sni.b.example." or empty) precedes the option that an error names. Throws
// TlsSettingsError.
UsedIdentity use_identity(SSL_CTX* context, const TlsIdentity& identity, const std::string& option_prefix);

// Returns a name as "CN=alice,O=Example" (RFC 4514), in UTF-8. Throws std::bad_alloc.
std::string distinguished_name(const X509_NAME* name);

}  // namespace portico
