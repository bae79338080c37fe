#include "protocol/tls/tls_ciphers.hpp"

#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_unknown_word.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {

namespace {

// The groups of ciphers(1), from OpenSSL 1.0.2 on: for suggestions, and because newer versions do not have them all.
constexpr std::string_view groups =
    "ALL COMPLEMENTOFALL COMPLEMENTOFDEFAULT HIGH MEDIUM LOW EXP EXPORT EXPORT40 EXPORT56 FIPS NULL eNULL aNULL "
    "kRSA aRSA RSA kDHr kDHd kDH kDHE kEDH DH DHE EDH ADH kECDHr kECDHe kECDH kECDHE kEECDH ECDH ECDHE EECDH "
    "AECDH aDSS DSS aDH aECDH aECDSA ECDSA aPSK PSK kPSK kECDHEPSK kDHEPSK kRSAPSK SRP kSRP aSRP kFZA aFZA eFZA "
    "FZA kKRB5 aKRB5 KRB5 kGOST kGOST18 aGOST aGOST01 aGOST12 aGOST94 GOST94 GOST89 GOST89MAC GOST12 TLSv1.2 "
    "TLSv1.0 TLSv1 SSLv3 SSLv2 AES AES128 AES256 AESGCM AESCCM AESCCM8 ARIA ARIA128 ARIA256 ARIAGCM CAMELLIA CBC "
    "CHACHA20 CAMELLIA128 3DES DES RC4 RC2 IDEA SEED MD5 SHA1 SHA SHA256 SHA384 CAMELLIA256";

// The parts between hyphens of all names that ciphers of OpenSSL 1.0.2 and later have or had.
constexpr std::string_view parts =
    "128 256 3DES ADH AECDH AES128 AES256 ARIA128 ARIA256 CBC CBC3 CAMELLIA128 CAMELLIA256 CCM CCM8 CHACHA20 DES "
    "DH DHE DSS ECDH ECDHE ECDSA EDE EDH EXP EXP1024 GCM GOST2001 GOST2012 GOST89 GOST94 IDEA KRB5 MD5 NULL "
    "POLY1305 PSK RC2 RC4 RSA SEED SHA SHA256 SHA384 SRP ARIA AES 40 56";

constexpr std::string_view suite_b = "SUITEB128ONLY SUITEB128C2 SUITEB128 SUITEB192";

std::string_view take(std::string_view& text, std::size_t size) {
  const auto taken = text.substr(0, size);
  text.remove_prefix(taken.size());
  return taken;
}

// Returns the words of one of the tables above.
std::vector<std::string_view> words_of(std::string_view table) {
  std::vector<std::string_view> words;
  while (!table.empty()) {
    words.push_back(take(table, table.find(' ')));
    table.remove_prefix(table.empty() ? 0 : 1);
  }
  return words;
}

bool contains(std::string_view table, std::string_view word) {
  const auto words = words_of(table);
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Returns true for the name of a cipher that some version of OpenSSL may have had.
bool is_former_cipher(std::string_view name) {
  if (name.find('-') == std::string_view::npos) return false;
  while (true) {
    if (!contains(parts, take(name, name.find('-')))) return false;
    if (name.empty()) return true;
    name.remove_prefix(1);
  }
}

// Asks OpenSSL about single words, with a context of its own: some words change more than the list.
class KnownCiphers {
 public:
  KnownCiphers() : context_(SSL_CTX_new(TLS_server_method())) {
    if (!context_) throw std::bad_alloc();
  }

  bool accepts_list(const std::string& list) const { return succeeds(SSL_CTX_set_cipher_list, list); }
  bool accepts_suites(const std::string& list) const { return succeeds(SSL_CTX_set_ciphersuites, list); }

  // Returns the names of all ciphers of TLS 1.2, or of the suites of TLS 1.3.
  std::vector<std::string> names(bool of_suites) const {
    accepts_list("ALL:COMPLEMENTOFALL");
    std::vector<std::string> names;
    const auto* ciphers = SSL_CTX_get_ciphers(context_.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      const auto* cipher = sk_SSL_CIPHER_value(ciphers, i);
      if ((SSL_CIPHER_get_protocol_id(cipher) >> 8 == 0x13) == of_suites)
        names.emplace_back(SSL_CIPHER_get_name(cipher));
    }
    return names;
  }

 private:
  bool succeeds(int (*set)(SSL_CTX*, const char*), const std::string& list) const {
    const bool is_set = set(context_.get(), list.c_str()) == 1;
    ERR_clear_error();
    return is_set;
  }

  SslCtxOwner context_;
};

constexpr const char* ciphers_hint = "; \"openssl ciphers -tls1_2 -s\" lists the names";
constexpr const char* suites_hint = "; \"openssl ciphers -tls1_3 -s\" lists the names";

// Checks each word of a list, divided as OpenSSL divides it (ssl_cipher_process_rulestr() of its ssl_ciph.c).
class CipherListCheck {
 public:
  explicit CipherListCheck(const std::string& list) : list_(list), rest_(list) {}

  void run() {
    if (contains(suite_b, list_)) return;
    if (rest_.starts_with(first_only)) rest_.remove_prefix(first_only.size());
    while (true) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(": ,;"), rest_.size()));
      if (rest_.empty()) return;
      check_word();
    }
  }

 private:
  static constexpr std::string_view first_only = "DEFAULT";
  static constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._=+";

  void check_word() {
    const char prefix = rest_.find_first_of("!-+@") == 0 ? take(rest_, 1).front() : '\0';
    auto word = take(rest_, std::min(rest_.find_first_not_of(characters), rest_.size()));
    if (word.empty()) throw_unknown(rest_.empty() ? std::string(1, prefix) : std::string(rest_.substr(0, 1)));
    if (prefix == '@') {
      const auto command = "@" + std::string(word);
      if (!known_.accepts_list("ALL:" + command)) throw_unknown(command);
      return;
    }
    while (true) {
      const auto name = take(word, word.find('+'));
      check_name(name, prefix != '\0');
      if (word.empty()) return;
      word.remove_prefix(1);
      if (word.empty()) throw_unknown("+");
    }
  }

  void check_name(std::string_view name, bool is_removed) const {
    if (name == first_only)
      throw TlsSettingsError("ciphers",
                             "has \"DEFAULT\" after other words, where OpenSSL ignores it: it must be the first");
    if (contains(suite_b, name))
      throw TlsSettingsError("ciphers",
                             "has \"" + std::string(name) + "\" among other words, which have no effect then");
    // OpenSSL looks only at how these begin.
    const bool is_special = name.starts_with(first_only) || name.starts_with("SUITEB");
    if (!is_special && (known_.accepts_list(std::string(name)) || contains(groups, name))) return;
    if (is_removed && is_former_cipher(name)) return;
    throw_unknown(std::string(name));
  }

  [[noreturn]] void throw_unknown(const std::string& word) const {
    auto names = known_.names(/*of_suites=*/false);
    for (const auto group : words_of(groups)) names.emplace_back(group);
    for (const char* other : {"DEFAULT", "@STRENGTH", "@SECLEVEL=2"}) names.emplace_back(other);
    throw UnknownTlsWord("ciphers", "has no cipher \"" + word + "\" here" + ciphers_hint, word, std::move(names));
  }

  const std::string& list_;
  std::string_view rest_;
  const KnownCiphers known_;
};

}  // namespace

void set_ciphers(SSL_CTX* context, const std::string& list) {
  CipherListCheck(list).run();
  if (SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
    throw TlsSettingsError("ciphers", openssl_error() + ciphers_hint);
}

void set_cipher_suites(SSL_CTX* context, const std::string& list) {
  const KnownCiphers known;
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = list.find(':', begin);
    const auto name = list.substr(begin, end - begin);
    const bool is_blank = name.find_first_not_of(' ') == std::string::npos;
    if (is_blank || known.accepts_suites(name)) continue;
    if (name.find_first_of(" ,;") != std::string::npos)
      throw TlsSettingsError("cipher_suites", "has \"" + name + "\" as one name: colons must separate the names");
    throw UnknownTlsWord("cipher_suites", "has no cipher \"" + name + "\" here" + suites_hint, name,
                         KnownCiphers().names(/*of_suites=*/true));  // `known` may have only one by now
  }
  if (SSL_CTX_set_ciphersuites(context, list.c_str()) != 1)
    throw TlsSettingsError("cipher_suites", openssl_error() + suites_hint);
}

}  // namespace portico
