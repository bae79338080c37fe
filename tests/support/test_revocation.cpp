#include "tests/support/test_revocation.hpp"

#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_pem.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <stdexcept>

namespace portico::test {

namespace {

using TimeOwner = std::unique_ptr<ASN1_TIME, OpensslDeleter<ASN1_TIME_free>>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL: " + openssl_error());
}

X509Owner certificate_of(const TlsIdentity& identity) {
  return std::move(certificates_of(identity.certificate, "certificate").front());
}

KeyOwner key_of(const TlsIdentity& identity) {
  return KeyOwner(PEM_read_bio_PrivateKey(memory_bio(identity.key.text()).get(), nullptr, nullptr, nullptr));
}

TimeOwner time_from_now(std::chrono::hours offset) {
  return TimeOwner(
      ASN1_TIME_adj(nullptr, std::time(nullptr), 0, static_cast<long>(std::chrono::seconds(offset).count())));
}

// OCSP takes no other form (RFC 6960 section 4.2.2.1).
TimeOwner generalized(std::chrono::hours offset) {
  return TimeOwner(ASN1_TIME_to_generalizedtime(time_from_now(offset).get(), nullptr));
}

}  // namespace

std::string make_crl(const TlsIdentity& ca, const std::vector<long>& serials, const RevocationDates& dates) {
  const std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>> crl(X509_CRL_new());
  X509_CRL_set_version(crl.get(), 1);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate_of(ca).get()));
  X509_CRL_set1_lastUpdate(crl.get(), time_from_now(dates.since).get());
  X509_CRL_set1_nextUpdate(crl.get(), time_from_now(dates.until).get());
  for (const long serial : serials) {
    X509_REVOKED* revoked = X509_REVOKED_new();
    const std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>> number(ASN1_INTEGER_new());
    ASN1_INTEGER_set(number.get(), serial);
    X509_REVOKED_set_serialNumber(revoked, number.get());
    X509_REVOKED_set_revocationDate(revoked, time_from_now(dates.since).get());
    require(X509_CRL_add0_revoked(crl.get(), revoked) == 1);
  }
  X509_CRL_sort(crl.get());
  require(X509_CRL_sign(crl.get(), key_of(ca).get(), EVP_sha256()) != 0);
  const BioOwner bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509_CRL(bio.get(), crl.get()) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string make_ocsp_response(const TlsIdentity& ca, const TlsIdentity& certificate, int status,
                               const RevocationDates& dates) {
  const auto issuer = certificate_of(ca);
  const auto subject = certificate_of(certificate);
  const std::unique_ptr<OCSP_CERTID, OpensslDeleter<OCSP_CERTID_free>> id(
      OCSP_cert_to_id(nullptr, subject.get(), issuer.get()));
  const std::unique_ptr<OCSP_BASICRESP, OpensslDeleter<OCSP_BASICRESP_free>> basic(OCSP_BASICRESP_new());
  const auto since = generalized(dates.since);
  require(OCSP_basic_add1_status(basic.get(), id.get(), status, OCSP_REVOKED_STATUS_NOSTATUS, since.get(), since.get(),
                                 generalized(dates.until).get()) != nullptr);
  require(OCSP_basic_sign(basic.get(), issuer.get(), key_of(ca).get(), EVP_sha256(), nullptr, 0) == 1);
  const std::unique_ptr<OCSP_RESPONSE, OpensslDeleter<OCSP_RESPONSE_free>> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
  require(size > 0);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace portico::test
