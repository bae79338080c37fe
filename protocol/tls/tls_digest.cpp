#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <openssl/evp.h>

#include <new>
#include <string_view>

namespace portico {

namespace {

class Digester {
 public:
  Digester() : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::bad_alloc();
    if (EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw TlsSettingsError(
          "", "OpenSSL has no SHA-256 as it is configured (OPENSSL_CONF, openssl.cnf): " + openssl_error());
  }

  // The length comes first, so that no two lists of texts are the same sequence of bytes.
  void add(std::string_view text) {
    add_number(text.size());
    add_bytes(text.data(), text.size());
  }
  void add_number(std::uint64_t number) { add_bytes(&number, sizeof number); }
  void add(const TlsIdentity& identity) {
    add(identity.certificate);
    add(identity.key.text());
    add(identity.key_password.text());
    add(identity.ocsp_response);
    add_number(identity.alternatives.size());
    for (const auto& alternative : identity.alternatives) add(alternative);
  }

  TlsDigest finish() {
    TlsDigest digest;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) throw std::bad_alloc();
    return digest;
  }

 private:
  void add_bytes(const void* bytes, std::size_t size) {
    if (EVP_DigestUpdate(context_.get(), bytes, size) != 1) throw std::bad_alloc();
  }

  std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>> context_;
};

}  // namespace

TlsDigest digest_of(const TlsSettings& settings) {
  Digester digester;
  digester.add(settings.identity);
  digester.add_number(settings.sni.size());
  for (const auto& [name, identity] : settings.sni) {
    digester.add(name);
    digester.add(identity);
  }
  digester.add_number(settings.refuse_unknown_names ? 1 : 0);
  digester.add(settings.min_version);
  digester.add(settings.ciphers);
  digester.add(settings.cipher_suites);
  digester.add_number(settings.alpn.size());
  for (const auto& protocol : settings.alpn) digester.add(protocol);
  digester.add_number(static_cast<std::uint64_t>(settings.client_certificates));
  digester.add(settings.client_ca);
  digester.add(settings.client_crl);
  digester.add_number(static_cast<std::uint64_t>(settings.resumption.count()));
  digester.add(settings.ticket_keys.text());
  digester.add(settings.session_scope);
  return digester.finish();
}

TlsDigest session_digest_of(const TlsSettings& settings) {
  Digester digester;
  digester.add(settings.session_scope);
  digester.add_number(static_cast<std::uint64_t>(settings.client_certificates));
  digester.add(settings.client_ca);
  digester.add(settings.client_crl);
  return digester.finish();
}

}  // namespace portico
