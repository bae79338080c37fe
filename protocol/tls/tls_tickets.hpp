#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_ticket_keys.hpp"

#include <memory>

namespace portico {

// Resumption of TLS sessions, by tickets only (RFC 5077, RFC 8446 section 4.6.1): the server stores nothing for clients
// that may return. A ticket is valid for the lifetime after the full handshake, for a client that requests the same
// server name and whose own certificate is still valid. Shared by all contexts of an endpoint; each of them owns it,
// because a ticket may be issued when the endpoint has others already.
class Resumption {
 public:
  // Throws TlsSettingsError.
  explicit Resumption(const TlsSettings& settings);

  // Enables resumption for a context, or disables it if the lifetime is 0.
  static void apply(const std::shared_ptr<Resumption>& resumption, SSL_CTX* context);

  std::chrono::seconds lifetime() const { return lifetime_; }
  const TlsDigest& binding() const { return binding_; }
  TicketKeys& keys() { return keys_; }

 private:
  const std::chrono::seconds lifetime_;
  const TlsDigest binding_;
  TicketKeys keys_;
};

// Returns true if a TLS 1.3 connection shall get a ticket after its handshake: SSL_new_session_ticket().
bool issues_tickets(SSL* connection);

}  // namespace portico
