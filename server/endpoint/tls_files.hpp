#pragma once

#include "config/reading/env.hpp"
#include "config/settings/tls_config.hpp"
#include "protocol/tls/tls_context.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace portico {

// Reads a file of certificates or keys, as read_file() of config/reading/env.hpp; tests pass their own.
using ReadFile = std::function<FileContent(const std::filesystem::path& file, std::size_t max_bytes)>;

// Time before the expiry of a certificate at which the warnings start.
inline constexpr std::chrono::hours certificate_warning{24 * 14};

// Contents of all files that an endpoint's `tls` names, read at one moment; or the error of one of them.
struct TlsFiles {
  TlsSettings settings;
  std::optional<std::string> error;  // "tls.key: /etc/key.pem: does not exist"; unset: all were read
};

// As read_file(), but refuses pipes and devices: reading those a second time blocks, or returns nothing.
FileContent read_regular_file(const std::filesystem::path& file, std::size_t max_bytes);

// Reads every file that `config` names.
TlsFiles read_tls_files(const TlsConfig& config, const ReadFile& read);

// Returns a text of the same form about an OCSP response or a CRL that is not current; nothing about one that is.
std::optional<std::string> revocation_problem(const TlsConfig& config, const TlsContext::RevocationInfo& info,
                                              TlsContext::Time now);

// Returns a warning in the same form.
std::string tls_warning_text(const TlsConfig& config, const TlsContext::Warning& warning);

// Returns the text of an error that only OpenSSL could find, in the form of TlsFiles::error.
std::string tls_error_text(const TlsConfig& config, const TlsSettingsError& error);

}  // namespace portico
