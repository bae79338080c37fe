#include "protocol/tls/tls_pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

namespace {

// Returns the content of a file that is one DER SEQUENCE, by its first bytes; empty for another file. The tag is the
// character '0', with which a text may begin too. A length from 128 on begins with the number of its bytes.
std::string_view der_content(std::string_view file) {
  if (file.size() < 2 || file[0] != '0') return {};
  const auto length = static_cast<unsigned char>(file[1]);
  if (length > 0x80 && length <= 0x84) return file.substr(std::min<std::size_t>(file.size(), length - 0x80 + 2u));
  return length + std::size_t{2} == file.size() ? file.substr(2) : std::string_view();
}

// Rejects a file of DER with the command that makes PEM of it.
void reject_der(std::string_view file, const std::string& option) {
  using namespace std::string_view_literals;
  const std::string_view content = der_content(file);
  if (content.empty()) return;
  if (content.starts_with("\x02\x01\x03"sv))  // its version, RFC 7292
    throw TlsSettingsError(option, "is PKCS #12: convert it to PEM (openssl pkcs12 -nodes)");
  if (content.starts_with("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv))  // its object identifier, RFC 2315
    throw TlsSettingsError(option, "is PKCS #7: convert it to PEM (openssl pkcs7 -inform der -print_certs)");
  const std::string kind = option.ends_with("key") ? "pkey" : option.ends_with("crl") ? "crl" : "x509";
  throw TlsSettingsError(option, "is DER: convert it to PEM (openssl " + kind + " -inform der)");
}

// Returns true for a byte-order mark of UTF-16, and for ASCII characters that have 16 bits each.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  if (text.size() < 4) return false;
  const bool zeros[] = {text[0] == '\0', text[1] == '\0', text[2] == '\0', text[3] == '\0'};
  return zeros[0] != zeros[1] && zeros[0] == zeros[2] && zeros[1] == zeros[3];
}

// Returns all objects of one kind in `pem`, in order. The list ends where no start line follows; a malformed object is
// an error.
template <typename Owner, typename Read>
std::vector<Owner> objects_of(const std::string& pem, const std::string& option, const std::string& kind, Read read) {
  require_pem_form(pem, option);
  ERR_clear_error();
  const auto bio = memory_bio(pem);
  std::vector<Owner> all;
  while (Owner next{read(bio.get(), nullptr, nullptr, nullptr)}) all.push_back(std::move(next));
  const auto error = ERR_peek_last_error();
  if (ERR_GET_REASON(error) != PEM_R_NO_START_LINE)
    throw TlsSettingsError(
        option, "contains an invalid " + kind + ", number " + std::to_string(all.size() + 1) + ": " + openssl_error());
  ERR_clear_error();
  return all;
}

}  // namespace

BioOwner memory_bio(std::string_view bytes) {
  if (bytes.size() > INT_MAX) throw std::bad_alloc();
  BioOwner bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

// OpenSSL finds a block only at the beginning of a line.
void require_pem_form(std::string_view text, const std::string& option) {
  reject_der(text, option);
  if (is_utf16(text)) throw TlsSettingsError(option, "is UTF-16: save it as UTF-8 without a byte-order mark");
  if (text.substr(0, 64).find('\0') != text.npos) throw TlsSettingsError(option, "is not text, so it is not PEM");
  if (text.starts_with("\xEF\xBB\xBF"))
    throw TlsSettingsError(option, "begins with a byte-order mark: save it as UTF-8 without one");
  constexpr std::string_view begin = "-----BEGIN ";
  for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
    const auto line_end = text.find_last_of("\r\n", at);
    const auto before = text.substr(line_end + 1, at - (line_end + 1));  // npos + 1 is 0
    if (before.empty()) continue;
    if (before.find_first_not_of(" \t") == before.npos)
      throw TlsSettingsError(option, "has an indented \"-----BEGIN\": each line of PEM must begin without spaces");
    if (before.ends_with("-----"))
      throw TlsSettingsError(option, "has no line end between an \"-----END\" and the next \"-----BEGIN\"");
  }
}

std::vector<X509Owner> certificates_of(const std::string& pem, const std::string& option) {
  auto all = objects_of<X509Owner>(pem, option, "certificate", PEM_read_bio_X509_AUX);
  if (all.empty()) throw TlsSettingsError(option, "contains no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
  return all;
}

std::vector<CrlOwner> crls_of(const std::string& pem, const std::string& option) {
  auto all = objects_of<CrlOwner>(pem, option, "CRL", PEM_read_bio_X509_CRL);
  if (all.empty()) throw TlsSettingsError(option, "contains no PEM CRL (\"-----BEGIN X509 CRL-----\")");
  return all;
}

TlsContext::Time time_of(const ASN1_TIME* time) {
  // Relative to the epoch, not to "now": OpenSSL's clock may lag ours by milliseconds.
  const std::unique_ptr<ASN1_TIME, OpensslDeleter<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  if (!epoch) throw std::bad_alloc();
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return TlsContext::Time::max();
  // A certificate without expiry has the year 9999 (RFC 5280 section 4.1.2.5), which may exceed system_clock's range.
  const std::chrono::sys_seconds at{std::chrono::hours(24) * days + std::chrono::seconds(seconds)};
  return std::clamp(at, std::chrono::ceil<std::chrono::seconds>(TlsContext::Time::min()),
                    std::chrono::floor<std::chrono::seconds>(TlsContext::Time::max()));
}

}  // namespace portico
