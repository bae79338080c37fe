#include "tests/support/tls_client.hpp"

#include "protocol/tls/tls_identity.hpp"

#include <openssl/err.h>

#include <array>

namespace portico::test {

TlsClient::TlsClient(const TlsClientSettings& settings) : context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
  if (settings.version != 0) {
    SSL_CTX_set_min_proto_version(context_.get(), settings.version);
    SSL_CTX_set_max_proto_version(context_.get(), settings.version);
  }
  if (settings.identity != nullptr) use_identity(context_.get(), *settings.identity, "");
  std::string wire;
  for (const auto& protocol : settings.alpn) wire += static_cast<char>(protocol.size()) + protocol;
  if (!wire.empty())
    SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
  if (!settings.server_name.empty())
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(settings.server_name.c_str()));
  if (settings.session != nullptr) SSL_set_session(ssl_.get(), settings.session);
  if (settings.wants_staple) SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
}

void TlsClient::take(std::string_view bytes) {
  BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsClient::give() {
  std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
  if (!bytes.empty()) BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

bool TlsClient::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) keep_error(result);
  return result == 1;
}

void TlsClient::write(std::string_view plain) {
  ERR_clear_error();
  const int result = SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
  if (result <= 0) keep_error(result);
}

std::string TlsClient::read() {
  std::string all;
  std::array<char, 16384> some;
  ERR_clear_error();
  int result = 0;
  while ((result = SSL_read(ssl_.get(), some.data(), some.size())) > 0)
    all.append(some.data(), static_cast<std::size_t>(result));
  keep_error(result);
  return all;
}

void TlsClient::keep_error(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error_.empty() && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_ZERO_RETURN) error_ = openssl_error();
}

std::string TlsClient::certificate_name() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  return certificate == nullptr ? "" : distinguished_name(X509_get_subject_name(certificate));
}

}  // namespace portico::test
