#pragma once

// How sessions of TLS are resumed: by tickets only (RFC 5077, RFC 8446 section 4.6.1). Nothing is kept here for a
// client that may come back.

#include "protocol/tls/tls_openssl.hpp"

#include <chrono>

namespace portico {

// Gives tickets that can be used for so long after the full handshake, by a client that asks for the same name again
// and whose own certificate is still valid. 0: none are given. Their keys are this context's own, so they end with it.
void set_resumption(SSL_CTX* context, std::chrono::seconds lifetime);

}  // namespace portico
