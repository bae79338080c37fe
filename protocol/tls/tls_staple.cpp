#include "protocol/tls/tls_staple.hpp"

#include "protocol/tls/tls_pem.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace portico {

namespace {

using ResponseOwner = std::unique_ptr<OCSP_RESPONSE, OpensslDeleter<OCSP_RESPONSE_free>>;
using BasicResponseOwner = std::unique_ptr<OCSP_BASICRESP, OpensslDeleter<OCSP_BASICRESP_free>>;

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// Returns the certificate that has signed the first, if the chain has it.
const X509* issuer_in(const std::vector<X509Owner>& chain) {
  for (const auto& candidate : chain) {
    if (X509_check_issued(candidate.get(), chain.front().get()) == X509_V_OK) return candidate.get();
  }
  return nullptr;
}

struct Digest {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;

  bool is(const ASN1_STRING* text) const {
    return bytes_of(text) == std::string_view(reinterpret_cast<const char*>(bytes.data()), size);
  }
};

// Names a certificate as OCSP does (RFC 6960 section 4.1.1).
struct CertificateId {
  ASN1_OCTET_STRING* issuer_name_hash = nullptr;
  ASN1_OBJECT* hash_algorithm = nullptr;
  ASN1_OCTET_STRING* issuer_key_hash = nullptr;
  ASN1_INTEGER* serial = nullptr;

  explicit CertificateId(OCSP_SINGLERESP* single) {
    // The const_cast makes up for a missing const in OpenSSL.
    OCSP_id_get0_info(&issuer_name_hash, &hash_algorithm, &issuer_key_hash, &serial,
                      const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single)));
  }

  bool has_serial_of(const X509* certificate) const {
    return ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0;
  }

  // Compares the issuer's name, and its key if the chain has it. Serial numbers alone are unique only within a CA.
  bool has_issuer_of(const std::vector<X509Owner>& chain) const {
    const EVP_MD* algorithm = EVP_get_digestbyobj(hash_algorithm);
    Digest name;
    if (algorithm == nullptr ||
        X509_NAME_digest(X509_get_issuer_name(chain.front().get()), algorithm, name.bytes.data(), &name.size) != 1 ||
        !name.is(issuer_name_hash))
      return false;
    const X509* issuer = issuer_in(chain);
    if (issuer == nullptr) return true;
    Digest key;
    return X509_pubkey_digest(issuer, algorithm, key.bytes.data(), &key.size) == 1 && key.is(issuer_key_hash);
  }
};

BasicResponseOwner parse(const std::string& der, const std::string& option) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = bytes + der.size();
  const ResponseOwner response(d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size())));
  if (!response) throw TlsSettingsError(option, "is not a DER-encoded OCSP response: " + openssl_error());
  if (bytes != end)
    throw TlsSettingsError(option, "has " + std::to_string(end - bytes) + " bytes after its OCSP response");
  if (const int status = OCSP_response_status(response.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    throw TlsSettingsError(
        option, std::string("is an error response of the OCSP responder: ") + OCSP_response_status_str(status));
  BasicResponseOwner basic(OCSP_response_get1_basic(response.get()));
  if (!basic) throw TlsSettingsError(option, "is not an OCSP response of a known type: " + openssl_error());
  return basic;
}

// Returns the part of the response that is about the chain's first certificate.
OCSP_SINGLERESP* find_single(OCSP_BASICRESP* basic, const std::vector<X509Owner>& chain, const std::string& option) {
  bool is_serial_known = false;
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, i);
    const CertificateId id(single);
    if (!id.has_serial_of(chain.front().get())) continue;
    if (id.has_issuer_of(chain)) return single;
    is_serial_known = true;
  }
  throw TlsSettingsError(option, is_serial_known ? "is for a certificate of another CA" : "is for another certificate");
}

}  // namespace

OcspStaple make_staple(const std::string& der, const std::vector<X509Owner>& chain, const std::string& option) {
  const auto basic = parse(der, option);
  OCSP_SINGLERESP* single = find_single(basic.get(), chain, option);
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status = OCSP_single_get0_status(single, nullptr, nullptr, &this_update, &next_update);
  if (status == V_OCSP_CERTSTATUS_REVOKED)
    throw TlsSettingsError(option, "says that the certificate has been revoked: get a new certificate");
  if (status != V_OCSP_CERTSTATUS_GOOD)
    throw TlsSettingsError(option, "says that the OCSP responder does not know the certificate");
  X509_up_ref(chain.front().get());
  return {der, X509Owner(chain.front().get()), time_of(this_update),
          next_update == nullptr ? TlsContext::Time::max() : time_of(next_update)};
}

}  // namespace portico
