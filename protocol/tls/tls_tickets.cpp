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

// A ticket keeps the time of the full handshake through all its renewals, which OpenSSL by itself would forget.
int date_ticket(SSL* connection, void*) {
  SSL_SESSION* session = SSL_get_session(connection);
  void* date = nullptr;
  std::size_t size = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &date, &size) == 1 && size != 0) return 1;
  const auto now = seconds_now();
  return SSL_SESSION_set1_ticket_appdata(session, &now, sizeof now);
}

// Its age; and a client certificate must be valid still.
bool is_too_old(const SSL* connection, SSL_SESSION* session) {
  void* date = nullptr;
  std::size_t size = 0;
  std::int64_t begin = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &date, &size) != 1 || size != sizeof begin) return true;
  std::memcpy(&begin, date, sizeof begin);
  const X509* client = SSL_SESSION_get0_peer(session);
  return seconds_now() - begin >= SSL_CTX_get_timeout(SSL_get_SSL_CTX(connection)) ||
         (client != nullptr && X509_cmp_current_time(X509_get0_notAfter(client)) < 0);
}

// The client of TLS 1.3 gets a new one, since it should use each only once (RFC 8446 appendix C.4).
SSL_TICKET_RETURN judge_ticket(SSL* connection, SSL_SESSION* session, const unsigned char*, std::size_t,
                               SSL_TICKET_STATUS status, void*) {
  const bool opened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
  if (!opened || is_too_old(connection, session)) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return SSL_version(connection) == TLS1_3_VERSION ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

// A session is resumed only by a client that asks for the same name again (RFC 6066 section 3). OpenSSL would resume
// one of TLS 1.2 under any name, and tell whoever chooses a certificate by the name the old one.
int bind_session(SSL* connection, int* alert, void*) {
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
  constexpr unsigned char name[] = "portico";  // needed where client certificates are asked for
  SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
  if (lifetime.count() == 0) {
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return;
  }
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, static_cast<long>(lifetime.count()));
  SSL_CTX_set_session_ticket_cb(context, date_ticket, judge_ticket, nullptr);
  SSL_CTX_set_client_hello_cb(context, bind_session, nullptr);
}

}  // namespace portico
