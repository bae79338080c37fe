#pragma once

#include "config/surroundings.hpp"
#include "config/tls_config.hpp"
#include "protocol/tls_context.hpp"

#include <functional>
#include <optional>
#include <string>

namespace portico {

// What a file of certificates or keys holds: as config/surroundings.hpp reads it; a parameter for tests.
using ReadFile = std::function<FileText(const std::filesystem::path& file, std::size_t most_bytes)>;

// The contents of all the files that an endpoint's `tls` names, at one moment; or what was wrong with one of them.
struct TlsFiles {
  TlsSettings settings;
  std::string fault;  // "tls.key: /etc/key.pem: does not exist"; empty: all could be read

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

TlsFiles read_tls_files(const TlsConfig& config, const ReadFile& read);

// The same form for a fault that only OpenSSL could see.
std::string fault_text(const TlsConfig& config, const TlsSettingsError& error);

}  // namespace portico
