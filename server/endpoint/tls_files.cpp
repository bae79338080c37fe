#include "server/endpoint/tls_files.hpp"

#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace portico {

namespace {

// CertificateWatcher of many clients' authorities are the largest; 1 MiB is some hundreds.
constexpr std::size_t largest_file = 1 << 20;

struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// In UTF-8, whatever the system's own encoding is.
std::string text_of(const std::filesystem::path& path) {
  const auto text = path.u8string();
  return {text.begin(), text.end()};
}

// A secret in the wrong form is taken for a file's name: it is shown as the configuration has it.
std::string name_of(const Pem& pem) { return pem.source_text.empty() ? text_of(pem.file) : pem.source_text; }

std::string fault_of(const std::string& option, const std::string& name) {
  return "tls." + option + ": " + (name.empty() ? "" : name + ": ");
}

class Reader {
 public:
  explicit Reader(const ReadFile& read) : read_(read) {}

  std::string pem(const Pem& pem, const std::string& option) const {
    return pem.text.empty() ? content(pem.file, name_of(pem), option) : pem.text;
  }

  std::string ocsp_response(const std::filesystem::path& file, const std::string& option) const {
    if (file.empty()) return {};
    auto bytes = content(file, text_of(file), option);
    if (bytes.empty()) throw Unreadable(fault_of(option, text_of(file)) + "is empty");
    return bytes;
  }

  // `T`: TlsConfig or SniConfig.
  template <typename T>
  TlsIdentity identity(const T& config, const std::string& prefix) const {
    return {pem(config.certificate, prefix + "certificate"), pem(config.key, prefix + "key"), config.key_password,
            ocsp_response(config.ocsp_response, prefix + "ocsp_response")};
  }

 private:
  std::string content(const std::filesystem::path& file, const std::string& name, const std::string& option) const {
    auto content = read_(file, largest_file);
    if (!content.text) throw Unreadable(fault_of(option, name) + content.failure);
    return std::move(*content.text);
  }

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
std::string file_named(const T& config, std::string_view option) {
  if (option == "certificate") return name_of(config.certificate);
  if (option == "key") return name_of(config.key);
  if (option == "ocsp_response") return text_of(config.ocsp_response);
  return {};
}

std::string file_of(const TlsConfig& config, const std::string& option) {
  if (option == "client_certificates.ca" && config.client_certificates) return name_of(config.client_certificates->ca);
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
  return fault_of(error.option(), file_of(config, error.option())) + error.what();
}

FileText read_lasting_file(const std::filesystem::path& file, std::size_t most_bytes) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status) &&
      !std::filesystem::is_regular_file(status))
    return {std::nullopt, "is not a regular file, which can be read again when it changes"};
  return read_file(file, most_bytes);
}

}  // namespace portico
