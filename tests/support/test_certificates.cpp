#include "tests/support/test_certificates.hpp"

#include "protocol/tls/tls_openssl.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace portico::test {

namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL: " + openssl_error());
}

BioOwner empty_bio() { return BioOwner(BIO_new(BIO_s_mem())); }

std::string content(BIO* bio) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

BioOwner memory_bio(const std::string& text) {
  return BioOwner(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

KeyOwner key_from(const std::string& pem) {
  return KeyOwner(PEM_read_bio_PrivateKey(memory_bio(pem).get(), nullptr, nullptr, nullptr));
}

}  // namespace

TlsIdentity make_identity(const CertificateRequest& request) {
  const KeyOwner key(request.curve == nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})
                                              : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", request.curve));
  const X509Owner certificate(X509_new());
  require(key && certificate);
  X509* x = certificate.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), request.serial);
  X509_time_adj_ex(X509_getm_notBefore(x), request.first_day, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(x), request.last_day, 0, nullptr);
  const auto* name = reinterpret_cast<const unsigned char*>(request.common_name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  X509_set_pubkey(x, key.get());
  if (request.is_ca) {
    const std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>> constraints(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE"));
    require(X509_add_ext(x, constraints.get(), -1) == 1);
  }
  if (request.signer != nullptr) {
    const X509Owner issuer(PEM_read_bio_X509(memory_bio(request.signer->certificate).get(), nullptr, nullptr, nullptr));
    X509_set_issuer_name(x, X509_get_subject_name(issuer.get()));
    require(X509_sign(x, key_from(request.signer->key).get(), EVP_sha256()) != 0);
  } else {
    X509_set_issuer_name(x, X509_get_subject_name(x));
    require(X509_sign(x, key.get(), EVP_sha256()) != 0);
  }
  const auto certificate_bio = empty_bio();
  const auto key_bio = empty_bio();
  require(PEM_write_bio_X509(certificate_bio.get(), x) == 1);
  require(PEM_write_bio_PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  TlsIdentity identity;
  identity.certificate = content(certificate_bio.get());
  identity.key = content(key_bio.get());
  return identity;
}

std::string encrypted(const std::string& key_pem, const std::string& password) {
  const auto bio = empty_bio();
  const auto* bytes = reinterpret_cast<const unsigned char*>(password.data());
  require(PEM_write_bio_PrivateKey(bio.get(), key_from(key_pem).get(), EVP_aes_128_cbc(), bytes,
                                   static_cast<int>(password.size()), nullptr, nullptr) == 1);
  return content(bio.get());
}

const TlsSettings& plain_tls_settings() {
  static const TlsSettings settings = [] {
    TlsSettings created;
    created.identity = make_identity();
    created.resumption = std::chrono::hours(1);
    return created;
  }();
  return settings;
}

}  // namespace portico::test
