#pragma once

#include "config/reading/env.hpp"
#include "config/settings/tls_config.hpp"
#include "protocol/tls/tls_context.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace portico {

// What a file of certificates or keys holds: as config/surroundings.hpp reads it; a parameter for tests.
using ReadFile = std::function<FileText(const std::filesystem::path& file, std::size_t most_bytes)>;

// How long before its end a certificate is warned of.
inline constexpr std::chrono::hours certificate_warning{24 * 14};

// The contents of all the files that an endpoint's `tls` names, at one moment; or what was wrong with one of them.
struct TlsFiles {
  TlsSettings settings;
  std::string fault;  // "tls.key: /etc/key.pem: does not exist"; empty: all could be read

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// Not from pipes and devices: a second look at those waits, or finds nothing.
FileText read_lasting_file(const std::filesystem::path& file, std::size_t most_bytes);

TlsFiles read_tls_files(const TlsConfig& config, const ReadFile& read);

// The same form for a fault that only OpenSSL could see.
std::string fault_text(const TlsConfig& config, const TlsSettingsError& error);

}  // namespace portico
