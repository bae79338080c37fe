#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <string>

namespace portico {

// Sets the certificate, chain and key of a context, after checking that they belong together. Returns a description of
// the certificate. `option_prefix` ("sni.b.example." or empty) precedes the option that an error names. Throws
// TlsSettingsError.
TlsContext::Certificate use_identity(SSL_CTX* context, const TlsIdentity& identity, const std::string& option_prefix);

// Makes a context accept client certificates that these CA certificates have signed, and announce their names to
// clients. Throws TlsSettingsError.
void trust_client_ca(SSL_CTX* context, const std::string& pem);

// Returns a name as "CN=alice,O=Example" (RFC 4514), in UTF-8. Throws std::bad_alloc.
std::string distinguished_name(const X509_NAME* name);

}  // namespace portico
