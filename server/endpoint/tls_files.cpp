#include "server/endpoint/tls_files.hpp"

#include "config/values/suggest.hpp"
#include "protocol/tls/tls_unknown_word.hpp"

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace portico {

namespace {

// Lists of the CAs of client certificates are large; 1 MiB holds several hundred. Lists of revoked certificates are
// larger: 8 MiB hold 150,000.
constexpr std::size_t max_file_bytes = 1 << 20;
constexpr std::size_t max_crl_bytes = 8 << 20;

struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// UTF-8 on every system, not the native encoding.
std::string to_utf8(const std::filesystem::path& path) {
  const auto text = path.u8string();
  return {text.begin(), text.end()};
}

// A secret in a wrong form is taken for a file name, so the name is shown as the configuration has it, unsubstituted.
std::string shown_name(const Pem& pem) { return pem.source_text.empty() ? to_utf8(pem.file) : pem.source_text; }

// Returns an entry of an array, or the name of no file: a configuration that was not loaded may have too few of them.
const Pem& entry_of(const std::vector<Pem>& all, std::size_t index) {
  static const Pem none;
  return index < all.size() ? all[index] : none;
}

std::string error_prefix(const std::string& option, const std::string& name) {
  return (option.empty() ? "tls: " : "tls." + option + ": ") + (name.empty() ? "" : name + ": ");
}

class TlsFileReader {
 public:
  explicit TlsFileReader(const ReadFile& read) : read_(read) {}

  std::string pem(const Pem& pem, const std::string& option) const {
    return pem.text.empty() ? content(pem.file, shown_name(pem), option) : pem.text;
  }

  // Returns the content of a file that need not be named; empty if it is not.
  std::string optional_file(const std::filesystem::path& file, const std::string& option,
                            std::size_t max_bytes = max_file_bytes) const {
    if (file.empty()) return {};
    auto bytes = content(file, to_utf8(file), option, max_bytes);
    if (bytes.empty()) throw Unreadable(error_prefix(option, to_utf8(file)) + "is empty");
    return bytes;
  }

  // `T`: TlsConfig or SniConfig, with as many keys as certificates.
  template <typename T>
  TlsIdentity identity(const T& config, const std::string& prefix) const {
    auto identity = pair(config, 0, prefix);
    for (std::size_t i = 1; i < config.certificate.size(); ++i)
      identity.alternatives.push_back(pair(config, i, prefix));
    identity.ocsp_response = optional_file(config.ocsp_response, prefix + "ocsp_response");
    return identity;
  }

 private:
  template <typename T>
  TlsIdentity pair(const T& config, std::size_t i, const std::string& prefix) const {
    const auto suffix = config.certificate.size() < 2 ? std::string() : "[" + std::to_string(i) + "]";
    TlsIdentity identity;
    identity.certificate = pem(entry_of(config.certificate, i), prefix + "certificate" + suffix);
    identity.key = pem(entry_of(config.key, i), prefix + "key" + suffix);
    identity.key_password = config.key_password;
    return identity;
  }

  std::string content(const std::filesystem::path& file, const std::string& name, const std::string& option,
                      std::size_t max_bytes = max_file_bytes) const {
    auto content = read_(file, max_bytes);
    if (!content.text) throw Unreadable(error_prefix(option, name) + content.error);
    return std::move(*content.text);
  }

  const ReadFile& read_;
};

TlsSettings settings_of(const TlsConfig& config, const TlsFileReader& reader) {
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
  settings.ticket_keys = reader.optional_file(config.ticket_keys, "ticket_keys");
  if (const auto& clients = config.client_certificates; clients && clients->mode != "none") {
    settings.client_certificates = clients->mode == "require" ? Mode::require : Mode::request;
    settings.client_ca = reader.pem(clients->ca, "client_certificates.ca");
    settings.client_crl = reader.optional_file(clients->crl, "client_certificates.crl", max_crl_bytes);
  }
  return settings;
}

// Returns the place in an array that an option names, "key[1]", and removes it from the option.
std::size_t take_index(std::string_view& option) {
  const auto bracket = option.find('[');
  if (bracket == std::string_view::npos) return 0;
  std::size_t index = 0;
  std::from_chars(option.data() + bracket + 1, option.data() + option.size(), index);
  option = option.substr(0, bracket);
  return index;
}

// Returns the file that an option of a TlsConfig or SniConfig names; empty if it names none.
template <typename T>
std::string file_of_option(const T& config, std::string_view option) {
  const auto index = take_index(option);
  if (option == "certificate") return shown_name(entry_of(config.certificate, index));
  if (option == "key") return shown_name(entry_of(config.key, index));
  if (option == "ocsp_response") return to_utf8(config.ocsp_response);
  return {};
}

std::string file_of_setting(const TlsConfig& config, const std::string& option) {
  if (option == "client_certificates.ca" && config.client_certificates)
    return shown_name(config.client_certificates->ca);
  if (option == "client_certificates.crl" && config.client_certificates)
    return to_utf8(config.client_certificates->crl);
  if (option == "ticket_keys") return to_utf8(config.ticket_keys);
  // A name may have dots, but no option of an entry has.
  constexpr std::string_view prefix = "sni.";
  if (const std::size_t dot = option.rfind('.'); option.starts_with(prefix) && dot >= prefix.size()) {
    const auto entry = config.sni.find(option.substr(prefix.size(), dot - prefix.size()));
    if (entry != config.sni.end()) return file_of_option(entry->second, std::string_view(option).substr(dot + 1));
  }
  return file_of_option(config, option);
}

std::string suggestion_for(const TlsSettingsError& error) {
  const auto* unknown = dynamic_cast<const UnknownTlsWord*>(&error);
  if (unknown == nullptr) return {};
  const auto word = nearest(unknown->word(), {unknown->known().begin(), unknown->known().end()});
  return word.empty() ? std::string() : "; did you mean " + quote(word) + "?";
}

std::string text_about(const TlsConfig& config, const std::string& option, const std::string& text) {
  return config.hidden.hide(error_prefix(option, file_of_setting(config, option)) + text);
}

}  // namespace

TlsFiles read_tls_files(const TlsConfig& config, const ReadFile& read) {
  try {
    return {settings_of(config, TlsFileReader(read)), std::nullopt};
  } catch (const Unreadable& error) {
    return {{}, config.hidden.hide(error.what())};
  }
}

std::string tls_error_text(const TlsConfig& config, const TlsSettingsError& error) {
  return text_about(config, error.option(), error.what() + suggestion_for(error));
}

std::string tls_warning_text(const TlsConfig& config, const TlsContext::Warning& warning) {
  return text_about(config, warning.option, warning.text);
}

std::optional<std::string> revocation_problem(const TlsConfig& config, const TlsContext::RevocationInfo& info,
                                              TlsContext::Time now) {
  const bool is_early = now < info.this_update;
  if (!is_early && now <= info.next_update) return std::nullopt;
  return text_about(config, info.option,
                    info.name + (is_early ? " is not valid yet; " : " has expired; ") + info.consequence);
}

FileContent read_regular_file(const std::filesystem::path& file, std::size_t max_bytes) {
  return Env::from_process().read_file(file, max_bytes);
}

}  // namespace portico
