#include "server/tls_files.hpp"

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace portico {

namespace {

// Certificates of many clients' authorities are the largest; 1 MiB is some hundreds.
constexpr std::size_t most_bytes = 1 << 20;

struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// In UTF-8, whatever the system's own encoding is.
std::string text_of(const std::filesystem::path& path) {
  const auto text = path.u8string();
  return {text.begin(), text.end()};
}

class Reader {
 public:
  explicit Reader(const ReadFile& read) : read_(read) {}

  std::string file(const std::filesystem::path& file, const std::string& option) const {
    if (file.empty()) return {};
    auto content = read_(file, most_bytes);
    if (!content.text) throw Unreadable("tls." + option + ": " + text_of(file) + ": " + content.failure);
    return std::move(*content.text);
  }

  std::string pem(const Pem& pem, const std::string& option) const {
    return pem.text.empty() ? file(pem.file, option) : pem.text;
  }

  // `T`: TlsConfig or SniConfig.
  template <typename T>
  TlsIdentity identity(const T& config, const std::string& prefix) const {
    return {pem(config.certificate, prefix + "certificate"), pem(config.key, prefix + "key"), config.key_password,
            file(config.ocsp_response, prefix + "ocsp_response")};
  }

 private:
  const ReadFile& read_;
};

TlsSettings settings_of(const TlsConfig& config, const Reader& reader) {
  using Mode = TlsSettings::ClientCertificates;
  TlsSettings settings;
  settings.identity = reader.identity(config, "");
  for (const auto& [name, entry] : config.sni) settings.sni.emplace(name, reader.identity(entry, "sni." + name + "."));
  settings.refuse_unknown_names = config.unknown_name == "refuse";
  settings.min_version = config.min_version;
  settings.ciphers = config.ciphers;
  settings.cipher_suites = config.cipher_suites;
  settings.alpn = config.alpn;
  settings.resumption = std::chrono::ceil<std::chrono::seconds>(config.resumption);
  if (const auto& clients = config.client_certificates; clients && clients->mode != "none") {
    settings.client_certificates = clients->mode == "require" ? Mode::require : Mode::request;
    settings.client_ca = reader.pem(clients->ca, "client_certificates.ca");
  }
  return settings;
}

// The file that an option of a TlsConfig or SniConfig names, or nothing.
template <typename T>
std::filesystem::path file_named(const T& config, std::string_view option) {
  if (option == "certificate") return config.certificate.file;
  if (option == "key") return config.key.file;
  if (option == "ocsp_response") return config.ocsp_response;
  return {};
}

std::filesystem::path file_of(const TlsConfig& config, const std::string& option) {
  if (option == "client_certificates.ca" && config.client_certificates) return config.client_certificates->ca.file;
  for (const auto& [name, entry] : config.sni) {
    const auto prefix = "sni." + name + ".";
    if (option.starts_with(prefix)) return file_named(entry, std::string_view(option).substr(prefix.size()));
  }
  return file_named(config, option);
}

}  // namespace

TlsFiles read_tls_files(const TlsConfig& config, const ReadFile& read) {
  try {
    return {settings_of(config, Reader(read)), {}};
  } catch (const Unreadable& fault) {
    return {{}, fault.what()};
  }
}

std::string fault_text(const TlsConfig& config, const TlsSettingsError& error) {
  const auto path = file_of(config, error.option());
  const std::string file = path.empty() ? "" : text_of(path) + ": ";
  return "tls." + error.option() + ": " + file + error.what();
}

}  // namespace portico
