#include "protocol/tls/tls_identity.hpp"

#include "protocol/tls/tls_pem.hpp"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>

namespace portico {

namespace {

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

// The names of the options that errors in one of an identity's certificates name: "sni.b.example.key[1]".
struct OptionNames {
  std::string certificate;
  std::string key;
  std::string key_password;

  OptionNames(const std::string& prefix, const std::string& suffix)
      : certificate(prefix + "certificate" + suffix),
        key(prefix + "key" + suffix),
        key_password(prefix + "key_password") {}
};

KeyOwner key_of(const TlsIdentity& identity, const OptionNames& options) {
  const auto& pem = identity.key.text();
  require_pem_form(pem, options.key);
  // OpenSSL's decoders have no error of their own for this.
  if (pem.find("PRIVATE KEY-----") == std::string::npos)
    throw TlsSettingsError(options.key, "contains no PEM private key (\"-----BEGIN PRIVATE KEY-----\")");
  ERR_clear_error();
  Password password{identity.key_password.text()};
  const auto bio = memory_bio(pem);
  KeyOwner key(PEM_read_bio_PrivateKey(bio.get(), nullptr, password_callback, &password));
  if (key) return key;
  if (password.requested && password.text.empty())
    throw TlsSettingsError(options.key, "is encrypted: \"key_password\" must have its password");
  if (password.requested) throw TlsSettingsError(options.key_password, "does not decrypt the key");
  throw TlsSettingsError(options.key, "is not a complete PEM private key (" + openssl_error() + ")");
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
                                   const OptionNames& options) {
  const auto own = std::find_if(chain.begin(), chain.end(), [key](const X509Owner& certificate) {
    return X509_check_private_key(certificate.get(), key) == 1;
  });
  ERR_clear_error();
  if (own == chain.begin()) return;
  if (own == chain.end()) throw TlsSettingsError(options.key, "does not belong to the certificate");
  throw TlsSettingsError(options.certificate, "has its certificates in the wrong order: the one of the key is number " +
                                                  std::to_string(own - chain.begin() + 1) +
                                                  " and must be the first, then its issuers");
}

// A second certificate with a key of the same type would take the place of the first.
void require_other_type(const EVP_PKEY* key, const std::vector<X509Owner>& used, const std::string& option) {
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(used[i].get())) != EVP_PKEY_get_base_id(key)) continue;
    throw TlsSettingsError(option, "has a key of the same type as number " + std::to_string(i + 1) + " of the array");
  }
}

// Sets one certificate with its chain and key. Returns the certificates.
std::vector<X509Owner> use_certificate(SSL_CTX* context, const TlsIdentity& identity, const OptionNames& options,
                                       const std::vector<X509Owner>& used) {
  auto chain = certificates_of(identity.certificate, options.certificate);
  const auto key = key_of(identity, options);
  require_own_certificate_first(chain, key.get(), options);
  require_key_of_clients(key.get(), options.certificate);
  require_other_type(key.get(), used, options.certificate);
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1)
    throw TlsSettingsError(options.certificate, openssl_error());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1)
      throw TlsSettingsError(options.certificate, openssl_error());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) throw TlsSettingsError(options.key, openssl_error());
  return chain;
}

TlsContext::Certificate describe(const X509* certificate, const std::string& option) {
  return {option, distinguished_name(X509_get_subject_name(certificate)), serial_of(certificate),
          time_of(X509_get0_notBefore(certificate)), time_of(X509_get0_notAfter(certificate))};
}

// Returns the response for the one certificate that it is about. Throws the error about the first, if it is about none.
OcspStaple staple_of(const std::string& der, const std::vector<std::vector<X509Owner>>& chains,
                     const std::string& option) {
  for (std::size_t i = 1; i < chains.size(); ++i) {
    try {
      return make_staple(der, chains[i], option);
    } catch (const TlsSettingsError&) {
      continue;
    }
  }
  return make_staple(der, chains.front(), option);
}

}  // namespace

UsedIdentity use_identity(SSL_CTX* context, const TlsIdentity& identity, const std::string& prefix) {
  UsedIdentity used;
  std::vector<std::vector<X509Owner>> chains;
  const bool is_array = !identity.alternatives.empty();
  const auto use = [&](const TlsIdentity& one) {
    const OptionNames options(prefix, is_array ? "[" + std::to_string(chains.size()) + "]" : std::string());
    chains.push_back(use_certificate(context, one, options, used.certificates));
    X509* certificate = chains.back().front().get();
    X509_up_ref(certificate);
    used.certificates.emplace_back(certificate);
    used.descriptions.push_back(describe(certificate, options.certificate));
  };
  use(identity);
  for (const auto& alternative : identity.alternatives) use(alternative);
  if (!identity.ocsp_response.empty())
    used.staple = staple_of(identity.ocsp_response, chains, prefix + "ocsp_response");
  return used;
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
