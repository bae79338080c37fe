#pragma once

#include "config/values/hidden_values.hpp"

#include <portico/options.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Client certificates (mutual TLS).
struct ClientCertificatesConfig {
  std::string mode = "require";
  Pem ca;
  std::filesystem::path crl;

  static constexpr auto describe() {
    using Self = ClientCertificatesConfig;
    return options(option("mode", &Self::mode,
                          "require: a client must have a certificate signed by `ca`. request: a client without a "
                          "certificate is admitted, one with a wrong certificate is not. none: no certificate is "
                          "requested.",
                          choices("require", "request", "none")),
                   option("ca", &Self::ca, "The CAs that may sign client certificates: a PEM file.", required(),
                          example("ca.pem")),
                   option("crl", &Self::crl,
                          "Certificates that these CAs have revoked: a PEM file with a current CRL of each CA; empty: "
                          "none is revoked."));
  }

  friend bool operator==(const ClientCertificatesConfig&, const ClientCertificatesConfig&) = default;
};

// OpenSSL's limit of a password, PEM_BUFSIZE: of a longer one it would use only the beginning.
inline constexpr std::size_t max_key_password = 1024;

// The types of keys of which OpenSSL takes one each: RSA, RSA-PSS, ECDSA, Ed25519, Ed448.
inline constexpr std::size_t max_key_types = 5;

inline constexpr std::string_view certificate_help =
    "The certificate with its chain: a PEM file. Or an array of certificates with keys of different types, such as "
    "ECDSA "
    "and RSA: each client gets one that it can use.";
inline constexpr std::string_view key_help =
    "The private key of the certificate: a PEM file, or PEM text from a substitution. An array if `certificate` is "
    "one, "
    "in the same order.";

// The certificate for one server name that a client may request (SNI, RFC 6066 section 3).
struct SniConfig {
  std::vector<Pem> certificate;
  std::vector<Pem> key;
  std::string key_password;
  std::filesystem::path ocsp_response;

  static constexpr auto describe() {
    using Self = SniConfig;
    return options(
        option("certificate", &Self::certificate, certificate_help, required(), allow_scalar(),
               length(1, max_key_types), example("cert.pem")),
        option("key", &Self::key, key_help, required(), allow_scalar(), length(1, max_key_types), example("key.pem")),
        option("key_password", &Self::key_password,
               "Password of an encrypted key; preferably a substitution: \"${file:/run/secrets/password}\".",
               length(0, max_key_password)),
        option("ocsp_response", &Self::ocsp_response,
               "OCSP response to staple (RFC 6066, 8): a DER file; empty: none."));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const SniConfig&, const SniConfig&) = default;
};

// Returns "must be ..." for an invalid name in `sni`, and nothing for a valid one.
std::optional<std::string> sni_name_error(const std::string& name);

// TLS of one endpoint.
struct TlsConfig {
  std::vector<Pem> certificate;
  std::vector<Pem> key;
  std::string key_password;
  std::string min_version = "1.2";
  // Only forward secrecy and authenticated encryption: Mozilla's "intermediate" list without DHE.
  std::string ciphers =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
      "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  std::string cipher_suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
  std::vector<std::string> alpn;
  std::optional<ClientCertificatesConfig> client_certificates;
  std::map<std::string, SniConfig> sni;
  std::string unknown_name = "default";
  std::chrono::milliseconds resumption = std::chrono::hours(1);
  std::filesystem::path ticket_keys;
  std::filesystem::path ocsp_response;
  std::string start = "at_once";
  HiddenValues hidden;  // values in here that substitutions have brought

  static constexpr auto describe() {
    using Self = TlsConfig;
    using std::chrono::seconds, std::chrono::hours;
    return options(
        option("certificate", &Self::certificate, certificate_help, required(), allow_scalar(),
               length(1, max_key_types), example("cert.pem")),
        option("key", &Self::key, key_help, required(), allow_scalar(), length(1, max_key_types), example("key.pem")),
        option("key_password", &Self::key_password,
               "Password of an encrypted key; preferably a substitution: \"${file:/run/secrets/password}\".",
               length(0, max_key_password)),
        option("min_version", &Self::min_version, "Minimum version of TLS.", choices("1.2", "1.3")),
        option("ciphers", &Self::ciphers, "Ciphers for TLS 1.2, in order of preference, in OpenSSL's syntax.",
               length(1, 4096)),
        option("cipher_suites", &Self::cipher_suites,
               "Cipher suites for TLS 1.3, in order of preference, in OpenSSL's syntax.", length(1, 4096)),
        option("alpn", &Self::alpn, "Protocols offered by ALPN (RFC 7301), in order of preference.", length(0, 32)),
        option("client_certificates", &Self::client_certificates,
               "Request a certificate from clients; unset: none is requested."),
        option("sni", &Self::sni,
               "Other certificates, by the server name that the client requests: \"b.example\" or \"*.b.example\".",
               keys(&sni_name_error)),
        option(
            "unknown_name", &Self::unknown_name,
            "What happens to a client that requests a name that neither `sni` nor `certificate` has. default: it gets "
            "`certificate`. refuse: its handshake fails. A client that requests no name always gets `certificate`.",
            choices("default", "refuse")),
        option("resumption", &Self::resumption,
               "Time in which a client may resume its TLS session without a full handshake; 0s: no resumption. The "
               "maximum is that of TLS 1.3 (RFC 8446, 4.6.1).",
               between(seconds(0), hours(7 * 24))),
        option("ticket_keys", &Self::ticket_keys,
               "Keys of the tickets for resumption, shared by several servers: a file with one key in each line, as "
               "\"openssl rand -hex 80\" prints it; the first encrypts. Empty: keys of its own, a new one each "
               "`resumption`."),
        option("ocsp_response", &Self::ocsp_response,
               "OCSP response to staple (RFC 6066, 8): a DER file; empty: none."),
        option(
            "start", &Self::start,
            "at_once: the connection begins with the handshake. by_session: the session starts TLS when its protocol "
            "asks for it (STARTTLS); a session that never does, such as those of all included handlers, stays in "
            "plain text.",
            choices("at_once", "by_session")),
        not_configurable(&Self::hidden));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

}  // namespace portico
