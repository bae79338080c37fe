#include "protocol/tls/tls_tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <tuple>

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

using ResumptionOwner = std::shared_ptr<Resumption>;

void free_resumption(void*, void* resumption, CRYPTO_EX_DATA*, int, long, void*) {
  const std::unique_ptr<ResumptionOwner> owner(static_cast<ResumptionOwner*>(resumption));
}

int resumption_index() {
  static const int index =
      CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, free_resumption);
  return index;
}

Resumption& resumption_of(SSL* connection) {
  return **static_cast<ResumptionOwner*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), resumption_index()));
}

// Binds a TLS session to its endpoint, and to its server name: a client may resume it only with the same name (RFC 6066
// section 3). OpenSSL would resume a TLS 1.2 session under any name, and then pass the old name to
// servername_callback().
int bind_session(SSL* connection, int* alert, void*) {
  const unsigned char* name = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_server_name, &name, &size) != 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  const auto& binding = resumption_of(connection).binding();
  std::array<unsigned char, SSL_MAX_SID_CTX_LENGTH> digest{};
  static_assert(digest.size() == std::tuple_size_v<TlsDigest>);
  const std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  if (context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
      EVP_DigestUpdate(context.get(), binding.data(), binding.size()) == 1 &&
      EVP_DigestUpdate(context.get(), name, size) == 1 &&
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1 &&
      SSL_set_session_id_context(connection, digest.data(), digest.size()) == 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

// Initializes the encryption of a ticket (RFC 5077 section 4).
bool start_cipher(EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, const TicketKeys::Key& key, const unsigned char* iv,
                  bool encrypt) {
  auto mac_key = key.mac;  // OSSL_PARAM takes no constants
  char digest_name[] = "SHA256";
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, mac_key.data(), mac_key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0), OSSL_PARAM_construct_end()};
  const bool done = EVP_MAC_CTX_set_params(mac, parameters.data()) == 1 &&
                    EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv, encrypt ? 1 : 0) == 1;
  OPENSSL_cleanse(mac_key.data(), mac_key.size());
  return done;
}

// Selects the key of a ticket: SSL_CTX_set_tlsext_ticket_key_evp_cb(3). Returns -1: an error, 0: not this ticket, 1:
// go on, 2: go on, and issue a new one.
int select_key(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
               int encrypt) {
  try {
    const auto now = std::chrono::steady_clock::now();
    auto& keys = resumption_of(connection).keys();
    const auto current = keys.current(now);
    if (encrypt == 0) {
      const auto key = keys.find(std::span<const unsigned char, 16>(name, 16), now);
      if (!key) return 0;
      if (!start_cipher(cipher, mac, *key, iv, /*encrypt=*/false)) return -1;
      return key == current ? 1 : 2;
    }
    std::copy(current->name.begin(), current->name.end(), name);
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    return start_cipher(cipher, mac, *current, iv, /*encrypt=*/true) ? 1 : -1;
  } catch (...) {
    return -1;  // OpenSSL is C
  }
}

}  // namespace

Resumption::Resumption(const TlsSettings& settings)
    : lifetime_(settings.resumption),
      binding_(session_digest_of(settings)),
      keys_(settings.ticket_keys, settings.resumption, std::chrono::steady_clock::now()) {}

void Resumption::apply(const ResumptionOwner& resumption, SSL_CTX* context) {
  auto owner = std::make_unique<ResumptionOwner>(resumption);
  if (SSL_CTX_set_ex_data(context, resumption_index(), owner.get()) != 1) throw std::bad_alloc();
  static_cast<void>(owner.release());  // free_resumption() frees it
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // OpenSSL would send tickets of TLS 1.3 right after the handshake. A client that only writes never reads them, so its
  // close would become a reset, and what it has written could be lost.
  SSL_CTX_set_num_tickets(context, 0);
  const auto& binding = resumption->binding();  // required if client certificates are requested
  SSL_CTX_set_session_id_context(context, binding.data(), static_cast<unsigned>(binding.size()));
  if (resumption->lifetime().count() == 0) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return;
  }
  SSL_CTX_set_timeout(context, static_cast<long>(resumption->lifetime().count()));
  SSL_CTX_set_session_ticket_cb(context, stamp_ticket, decide_ticket, nullptr);
  SSL_CTX_set_client_hello_cb(context, bind_session, nullptr);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, select_key);
}

bool issues_tickets(SSL* connection) {
  return SSL_version(connection) == TLS1_3_VERSION && (SSL_get_options(connection) & SSL_OP_NO_TICKET) == 0;
}

}  // namespace portico
