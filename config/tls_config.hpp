#pragma once

#include <portico/options.hpp>

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
                          "let in, a wrong one is not.",
                          choices("require", "request")),
                   option("ca", &Self::ca, "Certificates that may sign a client's: a PEM file.", required()));
  }

  friend bool operator==(const ClientCertificatesConfig&, const ClientCertificatesConfig&) = default;
};

// The certificate for one name a client may ask for.
struct SniConfig {
  Pem certificate;
  Pem key;

  static constexpr auto describe() {
    return options(
        option("certificate", &SniConfig::certificate, "The certificate with its chain: a PEM file.", required()),
        option("key", &SniConfig::key, "Its private key: a PEM file, or its text from a substitution.", required()));
  }

  friend bool operator==(const SniConfig&, const SniConfig&) = default;
};

// What is wrong with a name in `sni`: "must be ..."; empty if nothing.
std::string sni_name_fault(const std::string& name);

struct TlsConfig {
  Pem certificate;
  Pem key;
  std::string min_version = "1.2";
  std::vector<std::string> alpn;
  std::optional<ClientCertificatesConfig> client_certificates;
  std::map<std::string, SniConfig> sni;

  static constexpr auto describe() {
    using Self = TlsConfig;
    return options(
        option("certificate", &Self::certificate, "The certificate with its chain: a PEM file.", required()),
        option("key", &Self::key, "Its private key: a PEM file, or its text from a substitution.", required()),
        option("min_version", &Self::min_version, "The oldest version of TLS that is spoken.", choices("1.2", "1.3")),
        option("alpn", &Self::alpn, "Protocols to agree on by ALPN (RFC 7301), the preferred one first.",
               length(0, 32)),
        option("client_certificates", &Self::client_certificates, "Ask clients for a certificate; unset: do not."),
        option("sni", &Self::sni,
               "Other certificates, by the name that the client asks for: \"b.example\" or \"*.b.example\".",
               keys(&sni_name_fault)));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

}  // namespace portico
