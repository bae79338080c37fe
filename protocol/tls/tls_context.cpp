#include "protocol/tls/tls_context.hpp"

#include "protocol/tls/tls_client_trust.hpp"
#include "protocol/tls/tls_identity.hpp"
#include "protocol/tls/tls_limited_context.hpp"
#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_staple.hpp"
#include "protocol/tls/tls_tickets.hpp"
#include "protocol/tls/tls_trial.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace portico {

namespace {

// Lower case and without a trailing dot, the form in which names are compared (RFC 6066 section 3, RFC 4343).
std::string canonical(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Describes the keys of certificates: "RSA 2048".
std::string kinds_of(const std::vector<X509Owner>& certificates) {
  std::string kinds;
  for (const auto& certificate : certificates) {
    const auto* key = X509_get0_pubkey(certificate.get());
    const char* type = key == nullptr ? nullptr : EVP_PKEY_get0_type_name(key);
    if (type != nullptr) kinds += std::string(type) + " " + std::to_string(EVP_PKEY_get_bits(key)) + " ";
  }
  return kinds;
}

// Encodes each protocol with its length before it (RFC 7301 section 3.1).
std::string wire_form(const std::vector<std::string>& protocols) {
  std::string wire;
  for (const auto& protocol : protocols) {
    wire += static_cast<char>(protocol.size());
    wire += protocol;
  }
  return wire;
}

// The macros SSL_CTX_set_tlsext_..._callback without their C casts.
template <typename Callback>
void set_callback(SSL_CTX* context, int which, Callback* callback) {
  SSL_CTX_callback_ctrl(context, which, reinterpret_cast<void (*)()>(callback));
}

// Returns false for a text that is not the name of any host: with an empty label, or with a wildcard, which stands only
// in certificates. To OpenSSL, ".b.example" is every name in that domain.
bool is_host_name(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && !name.ends_with('.') && name.find("..") == std::string_view::npos &&
         name.find('*') == std::string_view::npos;
}

// Returns true if one of the certificates covers the name.
bool is_covered(const std::vector<X509Owner>& certificates, const std::string& name) {
  return std::any_of(certificates.begin(), certificates.end(), [&name](const X509Owner& certificate) {
    return X509_check_host(certificate.get(), name.data(), name.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                           nullptr) == 1;
  });
}

// Stores the requested name in a TLS 1.2 session, so that a resumed one can tell it too. OpenSSL itself stores only
// acknowledged names.
void keep_unacknowledged_name(SSL* connection, const char* name) {
  const bool is_new = SSL_version(connection) < TLS1_3_VERSION && SSL_session_reused(connection) == 0;
  if (is_new && SSL_SESSION_set1_hostname(SSL_get_session(connection), name) != 1) throw std::bad_alloc();
}

const unsigned char* bytes_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

// One SSL_CTX for each identity. Connections begin with the first; the server name may switch them to another.
class TlsContext::Impl {
 public:
  explicit Impl(const TlsSettings& settings)
      : alpn_(wire_form(settings.alpn)),
        refuse_unknown_names_(settings.refuse_unknown_names),
        resumption_(std::make_shared<Resumption>(settings)) {
    if (settings.client_certificates != TlsSettings::ClientCertificates::none)
      trust_.emplace(settings.client_ca, settings.client_crl);
    default_ = make(settings, settings.identity, "", default_staple_);
    set_callback(default_.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, servername_callback);
    SSL_CTX_set_tlsext_servername_arg(default_.get(), this);
    for (const auto& [name, identity] : settings.sni) {
      auto& named = names_[canonical(name)];
      named.context = make(settings, identity, "sni." + name + ".", named.staple);
    }
    if (!trust_) return;
    warnings_ = trust_->warnings();
    revocation_.insert(revocation_.end(), trust_->revocation().begin(), trust_->revocation().end());
  }

  SSL_CTX* first() const { return default_.get(); }
  const std::vector<Certificate>& certificates() const { return certificates_; }
  const std::vector<RevocationInfo>& revocation() const { return revocation_; }
  const std::vector<Warning>& warnings() const { return warnings_; }
  Resumption& resumption() const { return *resumption_; }

 private:
  struct Named {
    SslCtxOwner context;
    OcspStaple staple;
  };

  SslCtxOwner make(const TlsSettings& settings, const TlsIdentity& identity, const std::string& prefix,
                   OcspStaple& staple);
  static void try_handshake(SSL_CTX* context, const TlsSettings& settings, const std::string& prefix);

  const Named* find(const std::string& name) const;

  static int servername_callback(SSL* connection, int* alert, void* self);
  static int alpn_callback(SSL* connection, const unsigned char** chosen, unsigned char* chosen_size,
                           const unsigned char* offered, unsigned offered_size, void* self);
  static int staple_callback(SSL* connection, void* staple);

  const std::string alpn_;
  const bool refuse_unknown_names_;
  const std::shared_ptr<Resumption> resumption_;
  std::optional<ClientTrust> trust_;
  SslCtxOwner default_;
  std::vector<X509Owner> default_certificates_;
  std::set<std::string> tried_keys_;  // kinds_of() those with which a handshake was tried
  OcspStaple default_staple_;
  std::map<std::string, Named, std::less<>> names_;
  std::vector<Certificate> certificates_;
  std::vector<RevocationInfo> revocation_;
  std::vector<Warning> warnings_;
};

SslCtxOwner TlsContext::Impl::make(const TlsSettings& settings, const TlsIdentity& identity, const std::string& prefix,
                                   OcspStaple& staple_storage) {
  SslCtxOwner context = make_limited_context(settings);
  auto used = use_identity(context.get(), identity, prefix);
  certificates_.insert(certificates_.end(), used.descriptions.begin(), used.descriptions.end());
  const bool is_new_kind = tried_keys_.insert(kinds_of(used.certificates)).second;
  if (!default_) default_certificates_ = std::move(used.certificates);
  if (trust_) trust_->apply(context.get(), settings.client_certificates == TlsSettings::ClientCertificates::require);
  Resumption::apply(resumption_, context.get());
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(context.get(), alpn_callback, this);
  if (used.staple) {
    staple_storage = std::move(*used.staple);
    const auto* subject = X509_get_subject_name(staple_storage.certificate.get());
    revocation_.push_back({prefix + "ocsp_response", "the OCSP response for " + distinguished_name(subject),
                           "it is not stapled", staple_storage.this_update, staple_storage.next_update});
    set_callback(context.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, staple_callback);
    SSL_CTX_set_tlsext_status_arg(context.get(), &staple_storage);
  }
  if (is_new_kind) try_handshake(context.get(), settings, prefix);
  return context;
}

// Settings that are right each by itself, with those of openssl.cnf, may leave no protocol, cipher or signature.
void TlsContext::Impl::try_handshake(SSL_CTX* context, const TlsSettings& settings, const std::string& prefix) {
  if (const auto error = trial_error(context, settings.cipher_suites))
    throw TlsSettingsError(prefix.empty() ? "" : prefix + "certificate",
                           "no client could connect with these settings as OpenSSL is configured (OPENSSL_CONF, "
                           "openssl.cnf): " +
                               *error);
}

// Finds the certificate for the exact name, else the one for a wildcard in its first label (RFC 9525 section 6.3).
const TlsContext::Impl::Named* TlsContext::Impl::find(const std::string& name) const {
  auto found = names_.find(name);
  const auto dot = name.find('.');
  if (found == names_.end() && dot != std::string::npos) found = names_.find("*" + name.substr(dot));
  return found == names_.end() ? nullptr : &found->second;
}

// Selects the certificate. A name is acknowledged only if it has selected one (RFC 6066 section 3).
int TlsContext::Impl::servername_callback(SSL* connection, int* alert, void* self_pointer) {
  const auto& self = *static_cast<const Impl*>(self_pointer);
  const char* requested = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (requested == nullptr) return SSL_TLSEXT_ERR_NOACK;
  try {
    const auto name = canonical(requested);
    const bool is_name = is_host_name(name);
    if (const auto* named = is_name ? self.find(name) : nullptr) {
      SSL_set_SSL_CTX(connection, named->context.get());
      return SSL_TLSEXT_ERR_OK;
    }
    if (is_name && is_covered(self.default_certificates_, name)) return SSL_TLSEXT_ERR_OK;
    if (!self.refuse_unknown_names_) {
      keep_unacknowledged_name(connection, requested);
      return SSL_TLSEXT_ERR_NOACK;
    }
  } catch (const std::bad_alloc&) {
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *alert = SSL_AD_UNRECOGNIZED_NAME;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Selects by the server's preference. Without a common protocol the handshake fails (RFC 7301 section 3.2).
int TlsContext::Impl::alpn_callback(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                                    const unsigned char* offered, unsigned offered_size, void* self_pointer) {
  const auto& supported = static_cast<const Impl*>(self_pointer)->alpn_;
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, chosen_size, bytes_of(supported),
                                            static_cast<unsigned>(supported.size()), offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

// Clients would reject a response that is not current, or not about the certificate that they get.
int TlsContext::Impl::staple_callback(SSL* connection, void* staple_pointer) {
  const auto& staple = *static_cast<const OcspStaple*>(staple_pointer);
  const bool is_current = staple.is_current(std::chrono::system_clock::now());
  if (!is_current || X509_cmp(SSL_get_certificate(connection), staple.certificate.get()) != 0)
    return SSL_TLSEXT_ERR_NOACK;
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(staple.der.data(), staple.der.size()));  // OpenSSL frees it
  if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(connection, copy, static_cast<long>(staple.der.size()));
  return SSL_TLSEXT_ERR_OK;
}

TlsContext::TlsContext(const TlsSettings& settings) : impl_(std::make_unique<Impl>(settings)) {}
TlsContext::~TlsContext() = default;

const std::vector<TlsContext::Certificate>& TlsContext::certificates() const { return impl_->certificates(); }
const std::vector<TlsContext::RevocationInfo>& TlsContext::revocation() const { return impl_->revocation(); }
const std::vector<TlsContext::Warning>& TlsContext::warnings() const { return impl_->warnings(); }

void TlsContext::renew_ticket_keys() const { impl_->resumption().keys().renew(std::chrono::steady_clock::now()); }

ssl_st* TlsContext::new_connection() const {
  SSL* connection = SSL_new(impl_->first());
  if (connection == nullptr) throw std::bad_alloc();
  SSL_set_accept_state(connection);
  return connection;
}

}  // namespace portico
