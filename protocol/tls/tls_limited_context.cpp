#include "protocol/tls/tls_limited_context.hpp"

#include "protocol/tls/tls_ciphers.hpp"

#include <openssl/err.h>

#include <string>

namespace portico {

namespace {

void require(bool done, const char* option) {
  if (!done) throw TlsSettingsError(option, openssl_error());
}

// Both settings and the environment are the operator's: with some configurations, such as one for FIPS without the
// provider for it, OpenSSL has no algorithm to offer.
[[noreturn]] void throw_unusable() {
  throw TlsSettingsError(
      "", "OpenSSL cannot serve anybody as it is configured (OPENSSL_CONF, openssl.cnf): " + openssl_error());
}

std::string version_name(long version) {
  return version == SSL3_VERSION ? "SSL 3.0" : "TLS 1." + std::to_string(version - TLS1_VERSION);
}

// OpenSSL would accept the contradiction, and fail in every handshake.
void require_version_below_maximum(SSL_CTX* context, int oldest) {
  const auto newest = SSL_CTX_get_max_proto_version(context);
  if (newest == 0 || newest >= oldest) return;
  throw TlsSettingsError("min_version", "is " + version_name(oldest) + ", but OpenSSL is configured for " +
                                            version_name(newest) +
                                            " at most (MaxProtocol in openssl.cnf or the file of OPENSSL_CONF): no "
                                            "client could connect");
}

// The macro SSL_CTX_set1_groups_list without its C cast.
bool set_groups(SSL_CTX* context, std::string groups) {
  return SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, groups.data()) == 1;
}

// Allows elliptic curves and, from OpenSSL 3.5 on, post-quantum groups for key exchange, but not the finite-field
// (FFDHE) groups, with which a client can make the server do expensive computations (CVE-2002-20001).
void set_groups_without_ffdhe(SSL_CTX* context) {
  if (set_groups(context, "DEFAULT:-ffdhe2048:-ffdhe3072")) return;
  ERR_clear_error();  // an older OpenSSL does not know this syntax
  if (!set_groups(context, "X25519:P-256:X448:P-521:P-384")) throw_unusable();
}

void set_limits(SSL_CTX* context, const TlsSettings& settings) {
  const int oldest = settings.min_version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
  require(SSL_CTX_set_min_proto_version(context, oldest) == 1, "min_version");
  require_version_below_maximum(context, oldest);
  if (!settings.ciphers.empty()) set_ciphers(context, settings.ciphers);
  if (!settings.cipher_suites.empty()) set_cipher_suites(context, settings.cipher_suites);
  set_groups_without_ffdhe(context);
  // The server's order of ciphers applies, except for clients that prefer ChaCha20, because they lack AES hardware.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection holds no record buffers; a write may end after any record; reads from the BIO take as much as
  // there is, instead of a record's header first.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);  // openssl.cnf does not decide who needs a certificate
}

}  // namespace

SslCtxOwner make_limited_context(const TlsSettings& settings) {
  SslCtxOwner context(SSL_CTX_new(TLS_server_method()));
  if (!context) throw_unusable();
  set_limits(context.get(), settings);
  return context;
}

}  // namespace portico
