#pragma once

#include <portico/options.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// What the server asks of a client's certificate.
struct ClientCertificatesConfig {
  std::string mode = "require";
  Pem ca;

  static constexpr auto describe() {
    using Self = ClientCertificatesConfig;
    return options(option("mode", &Self::mode,
                          "require: no connection without a certificate that `ca` has signed. request: one without is "
                          "let in, a wrong one is not. none: no client is asked.",
                          choices("require", "request", "none")),
                   option("ca", &Self::ca, "CertificateWatcher that may sign a client's: a PEM file.", required()));
  }

  friend bool operator==(const ClientCertificatesConfig&, const ClientCertificatesConfig&) = default;
};

// The certificate for one name a client may ask for.
struct SniConfig {
  Pem certificate;
  Pem key;
  std::string key_password;
  std::filesystem::path ocsp_response;

  static constexpr auto describe() {
    using Self = SniConfig;
    return options(
        option("certificate", &Self::certificate, "The certificate with its chain: a PEM file.", required()),
        option("key", &Self::key, "Its private key: a PEM file, or its text from a substitution.", required()),
        option("key_password", &Self::key_password,
               "Of the key, if it is encrypted; best from a substitution: \"${file:/run/secrets/password}\"."),
        option("ocsp_response", &Self::ocsp_response,
               "What the authority says of the certificate, for clients that ask (RFC 6066, 8): a DER file; empty: "
               "nothing."));
  }

  friend bool operator==(const SniConfig&, const SniConfig&) = default;
};

// What is wrong with a name in `sni`: "must be ..."; empty if nothing.
std::string sni_name_fault(const std::string& name);

struct TlsConfig {
  Pem certificate;
  Pem key;
  std::string key_password;
  std::string min_version = "1.2";
  // Forward secrecy and authenticated encryption only, as Mozilla's "intermediate" has it without DHE.
  std::string ciphers =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
      "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  std::string cipher_suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
  std::vector<std::string> alpn;
  std::optional<ClientCertificatesConfig> client_certificates;
  std::map<std::string, SniConfig> sni;
  std::string unknown_name = "default";
  std::chrono::milliseconds resumption = std::chrono::hours(1);
  std::filesystem::path ocsp_response;
  std::string start = "at_once";

  static constexpr auto describe() {
    using Self = TlsConfig;
    using std::chrono::seconds, std::chrono::hours;
    return options(
        option("certificate", &Self::certificate, "The certificate with its chain: a PEM file.", required()),
        option("key", &Self::key, "Its private key: a PEM file, or its text from a substitution.", required()),
        option("key_password", &Self::key_password,
               "Of the key, if it is encrypted; best from a substitution: \"${file:/run/secrets/password}\"."),
        option("min_version", &Self::min_version, "The oldest version of TLS that is spoken.", choices("1.2", "1.3")),
        option("ciphers", &Self::ciphers, "Ciphers of TLS 1.2, the preferred one first, as OpenSSL writes them.",
               length(1, 4096)),
        option("cipher_suites", &Self::cipher_suites, "The same for TLS 1.3.", length(1, 4096)),
        option("alpn", &Self::alpn, "Protocols to agree on by ALPN (RFC 7301), the preferred one first.",
               length(0, 32)),
        option("client_certificates", &Self::client_certificates, "Ask clients for a certificate; unset: do not."),
        option("sni", &Self::sni,
               "Other certificates, by the name that the client asks for: \"b.example\" or \"*.b.example\".",
               keys(&sni_name_fault)),
        option("unknown_name", &Self::unknown_name,
               "What becomes of a client that asks for a name which neither `sni` nor the certificate above has. "
               "default: it gets that certificate. refuse: no handshake. One that asks for no name gets it too.",
               choices("default", "refuse")),
        option("resumption", &Self::resumption,
               "How long a client may resume its session without a full handshake; 0s: never. Not longer than TLS 1.3 "
               "allows (RFC 8446, 4.6.1).",
               between(seconds(0), hours(7 * 24))),
        option("ocsp_response", &Self::ocsp_response,
               "What the authority says of the certificate, for clients that ask (RFC 6066, 8): a DER file; empty: "
               "nothing."),
        option("start", &Self::start,
               "at_once: the client begins with the handshake. by_session: the session starts TLS when its protocol "
               "says so (STARTTLS); one that does not, as those of all included handlers, stays in plain text.",
               choices("at_once", "by_session")));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

}  // namespace portico
