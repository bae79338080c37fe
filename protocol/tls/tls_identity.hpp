#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <string>

namespace portico {

// Gives a context its certificate, chain and key, checked to belong together. Returns what the certificate says.
// `option_prefix` ("sni.b.example." or empty) goes before the option that an error names. Throws TlsSettingsError.
TlsContext::Certificate use_identity(SSL_CTX* context, const TlsIdentity& identity, const std::string& option_prefix);

// Lets a context trust client certificates that these have signed, and names them to clients. Throws TlsSettingsError.
void trust_client_ca(SSL_CTX* context, const std::string& pem);

// "CN=alice,O=Example" (RFC 4514), in UTF-8.
std::string text_of(const X509_NAME* name);

}  // namespace portico
