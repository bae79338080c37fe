#include "protocol/tls/tls_identity.hpp"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

namespace portico {

namespace {

BioOwner memory_bio(const std::string& bytes) {
  if (bytes.size() > INT_MAX) throw std::bad_alloc();
  BioOwner bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

// Returns the content of a file that is one DER SEQUENCE, by its first bytes; empty for another file. The tag is the
// character '0', with which a text may begin too. A length from 128 on begins with the number of its bytes.
std::string_view der_content(std::string_view file) {
  if (file.size() < 2 || file[0] != '0') return {};
  const auto length = static_cast<unsigned char>(file[1]);
  if (length > 0x80 && length <= 0x84) return file.substr(std::min<std::size_t>(file.size(), length - 0x80 + 2u));
  return length + std::size_t{2} == file.size() ? file.substr(2) : std::string_view();
}

// Rejects a file of DER with the command that makes PEM of it.
void reject_der(std::string_view file, const std::string& option) {
  using namespace std::string_view_literals;
  const std::string_view content = der_content(file);
  if (content.empty()) return;
  if (content.starts_with("\x02\x01\x03"sv))  // its version, RFC 7292
    throw TlsSettingsError(option, "is PKCS #12: convert it to PEM (openssl pkcs12 -nodes)");
  if (content.starts_with("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv))  // its object identifier, RFC 2315
    throw TlsSettingsError(option, "is PKCS #7: convert it to PEM (openssl pkcs7 -inform der -print_certs)");
  const char* command = option.ends_with("key") ? "openssl pkey -inform der" : "openssl x509 -inform der";
  throw TlsSettingsError(option, std::string("is DER: convert it to PEM (") + command + ")");
}

// Returns true for a byte-order mark of UTF-16, and for ASCII characters that have 16 bits each.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  if (text.size() < 4) return false;
  const bool zeros[] = {text[0] == '\0', text[1] == '\0', text[2] == '\0', text[3] == '\0'};
  return zeros[0] != zeros[1] && zeros[0] == zeros[2] && zeros[1] == zeros[3];
}

// Rejects text that looks like PEM and that OpenSSL would pass over, or read only in part: it finds a block only at the
// beginning of a line.
void require_pem_form(std::string_view text, const std::string& option) {
  reject_der(text, option);
  if (is_utf16(text)) throw TlsSettingsError(option, "is UTF-16: save it as UTF-8 without a byte-order mark");
  if (text.substr(0, 64).find('\0') != text.npos) throw TlsSettingsError(option, "is not text, so it is not PEM");
  if (text.starts_with("\xEF\xBB\xBF"))
    throw TlsSettingsError(option, "begins with a byte-order mark: save it as UTF-8 without one");
  constexpr std::string_view begin = "-----BEGIN ";
  for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
    const auto line_end = text.find_last_of("\r\n", at);
    const auto before = text.substr(line_end + 1, at - (line_end + 1));  // npos + 1 is 0
    if (before.empty()) continue;
    if (before.find_first_not_of(" \t") == before.npos)
      throw TlsSettingsError(option, "has an indented \"-----BEGIN\": each line of PEM must begin without spaces");
    if (before.ends_with("-----"))
      throw TlsSettingsError(option, "has no line end between an \"-----END\" and the next \"-----BEGIN\"");
  }
}

// Returns all certificates in `pem`, in order. The list ends where no start line follows; a malformed certificate is an
// error.
std::vector<X509Owner> certificates_of(const std::string& pem, const std::string& option) {
  require_pem_form(pem, option);
  ERR_clear_error();
  const auto bio = memory_bio(pem);
  std::vector<X509Owner> all;
  while (X509Owner next{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)}) all.push_back(std::move(next));
  const auto error = ERR_peek_last_error();
  if (all.empty() && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
    throw TlsSettingsError(option, "contains no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
  if (ERR_GET_REASON(error) != PEM_R_NO_START_LINE)
    throw TlsSettingsError(
        option, "contains an invalid certificate, number " + std::to_string(all.size() + 1) + ": " + openssl_error());
  ERR_clear_error();
  return all;
}

struct Password {
  const std::string& text;
  bool requested = false;
};

// Called by OpenSSL for an encrypted key. Without a callback OpenSSL would prompt on the terminal.
int password_callback(char* into, int size, int /*for_writing*/, void* user) {
  auto& password = *static_cast<Password*>(user);
  password.requested = true;
  const auto length = std::min(password.text.size(), static_cast<std::size_t>(size));
  std::memcpy(into, password.text.data(), length);
  return password.text.empty() ? -1 : static_cast<int>(length);
}

KeyOwner key_of(const TlsIdentity& identity, const std::string& prefix) {
  require_pem_form(identity.key, prefix + "key");
  // OpenSSL's decoders have no error of their own for this.
  if (identity.key.find("PRIVATE KEY-----") == std::string::npos)
    throw TlsSettingsError(prefix + "key", "contains no PEM private key (\"-----BEGIN PRIVATE KEY-----\")");
  ERR_clear_error();
  Password password{identity.key_password};
  const auto bio = memory_bio(identity.key);
  KeyOwner key(PEM_read_bio_PrivateKey(bio.get(), nullptr, password_callback, &password));
  if (key) return key;
  if (password.requested && identity.key_password.empty())
    throw TlsSettingsError(prefix + "key", "is encrypted: \"key_password\" must have its password");
  if (password.requested) throw TlsSettingsError(prefix + "key_password", "does not decrypt the key");
  throw TlsSettingsError(prefix + "key", "is not a complete PEM private key (" + openssl_error() + ")");
}

TlsContext::Time time_of(const ASN1_TIME* time) {
  // Relative to the epoch, not to "now": OpenSSL's clock may lag ours by milliseconds.
  const std::unique_ptr<ASN1_TIME, OpensslDeleter<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  if (!epoch) throw std::bad_alloc();
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return TlsContext::Time::max();
  // A certificate without expiry has the year 9999 (RFC 5280 section 4.1.2.5), which may exceed system_clock's range.
  const std::chrono::sys_seconds at{std::chrono::hours(24) * days + std::chrono::seconds(seconds)};
  return std::clamp(at, std::chrono::ceil<std::chrono::seconds>(TlsContext::Time::min()),
                    std::chrono::floor<std::chrono::seconds>(TlsContext::Time::max()));
}

std::string serial_of(const X509* certificate) {
  const std::unique_ptr<BIGNUM, OpensslDeleter<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* text = number ? BN_bn2hex(number.get()) : nullptr;
  if (text == nullptr) throw std::bad_alloc();
  std::string serial(text);
  OPENSSL_free(text);
  return serial;
}

// Returns true if the response covers the certificate, by its serial number.
bool covers(OCSP_BASICRESP* basic_response, const X509* certificate) {
  for (int i = 0; i < OCSP_resp_count(basic_response); ++i) {
    const auto* id = OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic_response, i));
    ASN1_INTEGER* serial = nullptr;
    // The const_cast makes up for a missing const in OpenSSL.
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, const_cast<OCSP_CERTID*>(id));
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0) return true;
  }
  return false;
}

void check_ocsp_response(const std::string& der, const X509* certificate, const std::string& option) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<OCSP_RESPONSE, OpensslDeleter<OCSP_RESPONSE_free>> response(
      d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size())));
  if (!response) throw TlsSettingsError(option, "is not a DER-encoded OCSP response: " + openssl_error());
  if (const int status = OCSP_response_status(response.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    throw TlsSettingsError(
        option, std::string("is an error response of the OCSP responder: ") + OCSP_response_status_str(status));
  const std::unique_ptr<OCSP_BASICRESP, OpensslDeleter<OCSP_BASICRESP_free>> basic_response(
      OCSP_response_get1_basic(response.get()));
  if (!basic_response) throw TlsSettingsError(option, "is not an OCSP response of a known type: " + openssl_error());
  if (!covers(basic_response.get(), certificate)) throw TlsSettingsError(option, "is for another certificate");
}

// Returns true for a curve with which clients can verify a signature: those that TLS 1.3 has a signature algorithm for
// (RFC 8446 section 4.2.3, RFC 8734), as far as this OpenSSL knows them.
bool is_curve_of_clients(const std::string& name) {
  const int nist = EC_curve_nist2nid(name.c_str());
  const int curve = nist != NID_undef ? nist : OBJ_sn2nid(name.c_str());
  if (curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 || curve == NID_secp521r1) return true;
  constexpr unsigned long openssl_3_2 = 0x30200000;
  return OpenSSL_version_num() >= openssl_3_2 &&
         (curve == NID_brainpoolP256r1 || curve == NID_brainpoolP384r1 || curve == NID_brainpoolP512r1);
}

// Rejects a key with which every handshake would fail, although OpenSSL takes it.
void require_key_of_clients(const EVP_PKEY* key, const std::string& option) {
  const std::string advice = ", with which no client can connect: use ECDSA with P-256, or RSA";
  if (EVP_PKEY_is_a(key, "DSA") == 1) throw TlsSettingsError(option, "has a DSA key" + advice);
  if (EVP_PKEY_is_a(key, "EC") != 1) return;
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) {
    ERR_clear_error();
    throw TlsSettingsError(option, "has a key on a curve without a name" + advice);
  }
  const std::string curve(name.data(), size);
  if (!is_curve_of_clients(curve)) throw TlsSettingsError(option, "has a key on the curve " + curve + advice);
}

// Rejects a key of another certificate than the first, which is the one that clients are shown.
void require_own_certificate_first(const std::vector<X509Owner>& chain, const EVP_PKEY* key,
                                   const std::string& prefix) {
  const auto own = std::find_if(chain.begin(), chain.end(), [key](const X509Owner& certificate) {
    return X509_check_private_key(certificate.get(), key) == 1;
  });
  ERR_clear_error();
  if (own == chain.begin()) return;
  if (own == chain.end()) throw TlsSettingsError(prefix + "key", "does not belong to the certificate");
  throw TlsSettingsError(prefix + "certificate",
                         "has its certificates in the wrong order: the one of the key is number " +
                             std::to_string(own - chain.begin() + 1) + " and must be the first, then its issuers");
}

}  // namespace

TlsContext::Certificate use_identity(SSL_CTX* context, const TlsIdentity& identity, const std::string& prefix) {
  auto chain = certificates_of(identity.certificate, prefix + "certificate");
  const auto key = key_of(identity, prefix);
  X509* leaf = chain.front().get();
  require_own_certificate_first(chain, key.get(), prefix);
  require_key_of_clients(key.get(), prefix + "certificate");
  if (SSL_CTX_use_certificate(context, leaf) != 1) throw TlsSettingsError(prefix + "certificate", openssl_error());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1)
      throw TlsSettingsError(prefix + "certificate", openssl_error());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) throw TlsSettingsError(prefix + "key", openssl_error());
  if (!identity.ocsp_response.empty()) check_ocsp_response(identity.ocsp_response, leaf, prefix + "ocsp_response");
  return {prefix + "certificate", distinguished_name(X509_get_subject_name(leaf)), serial_of(leaf),
          time_of(X509_get0_notBefore(leaf)), time_of(X509_get0_notAfter(leaf))};
}

void trust_client_ca(SSL_CTX* context, const std::string& pem) {
  const std::string option = "client_certificates.ca";
  // Every listed CA is trusted by itself: an intermediate one does not need its issuers.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  for (const auto& ca : certificates_of(pem, option)) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) != 1 ||
        SSL_CTX_add_client_CA(context, ca.get()) != 1)
      throw TlsSettingsError(option, openssl_error());
  }
}

std::string distinguished_name(const X509_NAME* name) {
  const BioOwner bio(BIO_new(BIO_s_mem()));
  if (!bio) throw std::bad_alloc();
  X509_NAME_print_ex(bio.get(), name, 0, (XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)));
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace portico
