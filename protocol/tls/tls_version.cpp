#include "protocol/tls/tls_version.hpp"

#include <openssl/crypto.h>

namespace portico {

std::string_view tls_version() {
  // "OpenSSL 3.0.19 27 Jan 2026 (Library: ...)": only the first two words.
  const std::string_view text = OpenSSL_version(OPENSSL_VERSION);
  return text.substr(0, text.find(' ', text.find(' ') + 1));
}

}  // namespace portico
