#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

namespace portico {

// Returns OpenSSL's context of a server, with versions, ciphers and groups as the settings say, and no certificate yet.
// What is not a setting is as it must be, whatever openssl.cnf says. Throws TlsSettingsError.
SslCtxOwner make_limited_context(const TlsSettings& settings);

}  // namespace portico
