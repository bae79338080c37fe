#include "protocol/tls/tls_tickets.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace portico {

namespace {

std::int64_t seconds_now() {
  using std::chrono::system_clock, std::chrono::seconds;
  return std::chrono::duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

// Stores the time of the full handshake in a ticket. A renewed ticket keeps it, while OpenSSL's own timestamp is reset.
int stamp_ticket(SSL* connection, void*) {
  SSL_SESSION* session = SSL_get_session(connection);
  void* stamp = nullptr;
  std::size_t size = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &stamp, &size) == 1 && size != 0) return 1;
  const auto now = seconds_now();
  return SSL_SESSION_set1_ticket_appdata(session, &now, sizeof now);
}

// Returns true if the ticket, or the client certificate of its session, has expired.
bool is_expired(const SSL* connection, SSL_SESSION* session) {
  void* stamp = nullptr;
  std::size_t size = 0;
  std::int64_t issued_at = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &stamp, &size) != 1 || size != sizeof issued_at) return true;
  std::memcpy(&issued_at, stamp, sizeof issued_at);
  const X509* client = SSL_SESSION_get0_peer(session);
  return seconds_now() - issued_at >= SSL_CTX_get_timeout(SSL_get_SSL_CTX(connection)) ||
         (client != nullptr && X509_cmp_current_time(X509_get0_notAfter(client)) < 0);
}

// Accepts or ignores a ticket. A TLS 1.3 client gets a new one, because it should use each only once (RFC 8446 appendix
// C.4).
SSL_TICKET_RETURN decide_ticket(SSL* connection, SSL_SESSION* session, const unsigned char*, std::size_t,
                                SSL_TICKET_STATUS status, void*) {
  const bool opened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
  if (!opened || is_expired(connection, session)) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return SSL_version(connection) == TLS1_3_VERSION ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

// Binds a TLS session to its server name: a client may resume it only with the same name (RFC 6066 section 3). OpenSSL
// would resume a TLS 1.2 session under any name, and then pass the old name to servername_callback().
int bind_session_to_name(SSL* connection, int* alert, void*) {
  const unsigned char* name = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_server_name, &name, &size) != 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  std::array<unsigned char, SSL_MAX_SID_CTX_LENGTH> digest{};
  if (EVP_Digest(name, size, digest.data(), nullptr, EVP_sha256(), nullptr) == 1 &&
      SSL_set_session_id_context(connection, digest.data(), digest.size()) == 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

}  // namespace

void set_resumption(SSL_CTX* context, std::chrono::seconds lifetime) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // OpenSSL would send tickets of TLS 1.3 right after the handshake. A client that only writes never reads them, so its
  // close would become a reset, and what it has written could be lost.
  SSL_CTX_set_num_tickets(context, 0);
  constexpr unsigned char name[] = "portico";  // required if client certificates are requested
  SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
  if (lifetime.count() == 0) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return;
  }
  SSL_CTX_set_timeout(context, static_cast<long>(lifetime.count()));
  SSL_CTX_set_session_ticket_cb(context, stamp_ticket, decide_ticket, nullptr);
  SSL_CTX_set_client_hello_cb(context, bind_session_to_name, nullptr);
}

bool issues_tickets(SSL* connection) {
  return SSL_version(connection) == TLS1_3_VERSION && (SSL_get_options(connection) & SSL_OP_NO_TICKET) == 0;
}

}  // namespace portico
