#pragma once

#include <openssl/ssl.h>

#include <string>

namespace portico {

// Sets the ciphers of TLS 1.2, a list in the syntax of ciphers(1). OpenSSL accepts a list with at least one known
// cipher and silently ignores what it does not know; here each word must be known. Known are all words that OpenSSL
// knows, the groups of ciphers(1) that it no longer has ("RC4"), and where ciphers are excluded or moved to the end,
// the former ciphers too ("!DES-CBC3-SHA"): lists for several versions name them. Throws TlsSettingsError.
void set_ciphers(SSL_CTX* context, const std::string& list);

// Sets the cipher suites of TLS 1.3, names with colons between them. Throws TlsSettingsError.
void set_cipher_suites(SSL_CTX* context, const std::string& list);

}  // namespace portico
