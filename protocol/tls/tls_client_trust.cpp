#include "protocol/tls/tls_client_trust.hpp"

#include "protocol/tls/tls_identity.hpp"
#include "protocol/tls/tls_pem.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cstddef>
#include <map>
#include <new>
#include <set>
#include <utility>

namespace portico {

namespace {

constexpr auto ca_option = "client_certificates.ca";
constexpr auto crl_option = "client_certificates.crl";

// The names of the CAs travel in a message together with other data, all of it at most 64 KiB long (RFC 8446 sections
// 4.2.4 and 4.3.2). With more of them every handshake would fail.
constexpr std::size_t max_names_bytes = 60 * 1024;

std::string der_of(const X509_NAME* name) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_NAME(name, &bytes);
  if (size < 0) throw std::bad_alloc();
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

// A CA that is listed needs no CRL of its own issuer: it is trusted because it is listed.
int accept_listed_ca_without_crl(int is_ok, X509_STORE_CTX* verification) {
  if (is_ok == 1) return 1;
  const int error = X509_STORE_CTX_get_error(verification);
  if (error != X509_V_ERR_UNABLE_TO_GET_CRL && error != X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER) return 0;
  const int depth = X509_STORE_CTX_get_error_depth(verification);
  const bool is_last = depth + 1 == sk_X509_num(X509_STORE_CTX_get0_chain(verification));
  if (!is_last && depth < X509_STORE_CTX_get_num_untrusted(verification)) return 0;
  X509_STORE_CTX_set_error(verification, X509_V_OK);
  return 1;
}

}  // namespace

ClientTrust::ClientTrust(const std::string& ca, const std::string& crl) : store_(X509_STORE_new()) {
  if (!store_) throw std::bad_alloc();
  trust(certificates_of(ca, ca_option));
  if (!crl.empty()) {
    revoke(crls_of(crl, crl_option));
  } else if (ca.find("-----BEGIN X509 CRL-----") != std::string::npos) {
    throw TlsSettingsError(ca_option, "contains a CRL, which has no effect here: name this file in \"crl\" too");
  }
}

// Keeps one certificate for each name, for the names that are sent to clients.
void ClientTrust::trust(std::vector<X509Owner> all) {
  std::set<std::string> names;
  std::size_t names_bytes = 0;
  for (auto& ca : all) {
    if (X509_STORE_add_cert(store_.get(), ca.get()) != 1) throw TlsSettingsError(ca_option, openssl_error());
    const auto name = der_of(X509_get_subject_name(ca.get()));
    if (!names.insert(name).second) continue;
    names_bytes += name.size() + 2;  // each is preceded by its length
    authorities_.push_back(std::move(ca));
  }
  are_names_sent_ = names_bytes <= max_names_bytes;
  if (are_names_sent_) return;
  warnings_.push_back({ca_option, "has " + std::to_string(names.size()) + " names of CAs, " +
                                      std::to_string(names_bytes) + " bytes in all; clients are told at most " +
                                      std::to_string(max_names_bytes) +
                                      ", so they are told none and must know by themselves which certificate to send"});
}

void ClientTrust::revoke(const std::vector<CrlOwner>& crls) {
  checks_revocation_ = true;
  std::map<std::string, TlsContext::RevocationInfo> by_issuer;
  for (const auto& crl : crls) {
    if (X509_STORE_add_crl(store_.get(), crl.get()) != 1) throw TlsSettingsError(crl_option, openssl_error());
    const auto* issuer = X509_CRL_get_issuer(crl.get());
    const auto* next = X509_CRL_get0_nextUpdate(crl.get());
    TlsContext::RevocationInfo info{crl_option, "the CRL of " + distinguished_name(issuer),
                                    "the clients of this CA are refused", time_of(X509_CRL_get0_lastUpdate(crl.get())),
                                    next == nullptr ? TlsContext::Time::max() : time_of(next)};
    const auto [known, is_new] = by_issuer.try_emplace(der_of(issuer), info);
    if (!is_new && known->second.next_update < info.next_update) known->second = std::move(info);
  }
  for (const auto& ca : authorities_) {
    const auto* name = X509_get_subject_name(ca.get());
    if (X509_check_ca(ca.get()) == 0 || by_issuer.contains(der_of(name))) continue;
    warnings_.push_back({crl_option, "has no CRL of " + distinguished_name(name) + ": its clients are refused"});
  }
  for (auto& [issuer, info] : by_issuer) revocation_.push_back(std::move(info));
}

void ClientTrust::apply(SSL_CTX* context, bool required) const {
  SSL_CTX_set1_cert_store(context, store_.get());
  // Every listed CA is trusted by itself: an intermediate one does not need its issuers.
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
  if (checks_revocation_) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), flags);
  for (const auto& ca : authorities_) {
    if (are_names_sent_ && SSL_CTX_add_client_CA(context, ca.get()) != 1)
      throw TlsSettingsError(ca_option, openssl_error());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     checks_revocation_ ? accept_listed_ca_without_crl : nullptr);
}

}  // namespace portico
