#include "tests/support/tls_records.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <memory>
#include <stdexcept>

namespace portico::test {

namespace {

constexpr std::size_t tag_size = 16;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot seal a record");
}

OSSL_PARAM octets(const char* key, std::string& text) {
  return OSSL_PARAM_construct_octet_string(key, text.data(), text.size());
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string aes_128_gcm(const std::string& key, const std::string& nonce, std::string_view header,
                        const std::string& plain) {
  const std::unique_ptr<EVP_CIPHER_CTX, OpensslDeleter<EVP_CIPHER_CTX_free>> cipher(EVP_CIPHER_CTX_new());
  std::string sealed(plain.size() + tag_size, '\0');
  int size = 0;
  require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, bytes_of(std::string_view(key)),
                             bytes_of(std::string_view(nonce))) == 1 &&
          EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(header), static_cast<int>(header.size())) == 1 &&
          EVP_EncryptUpdate(cipher.get(), bytes_of(sealed), &size, bytes_of(std::string_view(plain)),
                            static_cast<int>(plain.size())) == 1 &&
          EVP_EncryptFinal_ex(cipher.get(), bytes_of(sealed), &size) == 1 &&
          EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, bytes_of(sealed) + plain.size()) == 1);
  return sealed;
}

}  // namespace

TlsRecords::TlsRecords(TlsClient& client) : client_(client) {
  SSL_set_app_data(client_.ssl(), this);
  SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(client_.ssl()), keep_secret);
}

TlsRecords::~TlsRecords() { SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(client_.ssl()), nullptr); }

// "CLIENT_TRAFFIC_SECRET_0 <client random> <secret>", in hexadecimal.
void TlsRecords::keep_secret(const SSL* ssl, const char* line) {
  const std::string_view text(line);
  if (!text.starts_with("CLIENT_TRAFFIC_SECRET_0 ")) return;
  auto& secret = static_cast<TlsRecords*>(SSL_get_app_data(ssl))->secret_;
  const std::string digits(text.substr(text.rfind(' ') + 1));
  for (std::size_t i = 0; i < digits.size(); i += 2)
    secret += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
}

std::string TlsRecords::expand(const char* label, std::size_t size) const {
  const std::unique_ptr<EVP_KDF, OpensslDeleter<EVP_KDF_free>> kind(EVP_KDF_fetch(nullptr, "TLS13-KDF", nullptr));
  const std::unique_ptr<EVP_KDF_CTX, OpensslDeleter<EVP_KDF_CTX_free>> kdf(EVP_KDF_CTX_new(kind.get()));
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::string secret = secret_;
  std::string prefix = "tls13 ";
  std::string name = label;
  std::string digest = "SHA256";
  std::string data;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                   OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                   octets(OSSL_KDF_PARAM_KEY, secret),
                                   octets(OSSL_KDF_PARAM_PREFIX, prefix),
                                   octets(OSSL_KDF_PARAM_LABEL, name),
                                   octets(OSSL_KDF_PARAM_DATA, data),
                                   OSSL_PARAM_construct_end()};
  std::string out(size, '\0');
  require(EVP_KDF_derive(kdf.get(), bytes_of(out), size, parameters) == 1);
  return out;
}

std::string TlsRecords::seal(unsigned char type, std::string_view content) {
  std::string plain(content);
  plain += static_cast<char>(type);
  const auto size = plain.size() + tag_size;
  const std::string header = {23, 3, 3, static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  auto nonce = expand("iv", 12);
  for (std::size_t i = 0; i < 8; ++i)
    nonce[4 + i] = static_cast<char>(nonce[4 + i] ^ static_cast<char>(number_ >> (56 - 8 * i) & 0xff));
  ++number_;
  return header + aes_128_gcm(expand("key", 16), nonce, header, plain);
}

}  // namespace portico::test
