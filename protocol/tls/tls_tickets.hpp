#pragma once

#include "protocol/tls/tls_openssl.hpp"

#include <chrono>

namespace portico {

// Enables resumption of TLS sessions, by tickets only (RFC 5077, RFC 8446 section 4.6.1): the server stores nothing for
// clients that may return. A ticket is valid for `lifetime` after the full handshake, for a client that requests the
// same server name and whose own certificate is still valid. 0: no tickets. Ticket keys belong to this context and are
// discarded with it.
void set_resumption(SSL_CTX* context, std::chrono::seconds lifetime);

// Returns true if a TLS 1.3 connection shall get a ticket after its handshake: SSL_new_session_ticket().
bool issues_tickets(SSL* connection);

}  // namespace portico
