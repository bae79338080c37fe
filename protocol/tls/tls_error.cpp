#include "protocol/tls/tls_error.hpp"

#include "protocol/tls/tls_openssl.hpp"

#include <openssl/err.h>

#include <string>

namespace portico {

namespace {

constexpr int truncated = -1;
constexpr int flooded = -2;

class TlsCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "tls"; }
  std::string message(int value) const override {
    if (value == truncated) return "the peer ended without close_notify";
    if (value == flooded) return "peer floods TLS control messages without reading replies";
    return openssl_error_text(static_cast<unsigned long>(value));
  }
};

}  // namespace

const std::error_category& tls_category() {
  static const TlsCategory category;
  return category;
}

std::error_code tls_truncated() { return {truncated, tls_category()}; }

std::error_code tls_flooded() { return {flooded, tls_category()}; }

// Since OpenSSL 3.2 the newest entry may only say that the record layer failed; the reason is the entry before.
unsigned long take_openssl_error() {
  unsigned long cause = ERR_peek_last_error();
#ifdef SSL_R_RECORD_LAYER_FAILURE
  while (const unsigned long code = ERR_get_error()) {
    const bool names_cause = ERR_GET_LIB(code) != ERR_LIB_SSL || ERR_GET_REASON(code) != SSL_R_RECORD_LAYER_FAILURE;
    if (names_cause) cause = code;
  }
#endif
  ERR_clear_error();
  return cause;
}

// OpenSSL's library and reason codes take 31 bits. The bit above marks system errors, which do not get here.
std::error_code tls_error(unsigned long openssl_code) {
  return {static_cast<int>(openssl_code & 0x7fffffffUL), tls_category()};
}

std::optional<EndReason> tls_end_reason(const std::error_code& error) {
  if (error.category() != tls_category()) return std::nullopt;
  return error.value() == truncated ? EndReason::tls_truncated : EndReason::tls_failed;
}

std::string openssl_error_text(unsigned long code) {
  if (code == 0) return "unknown TLS error";
  if (const char* reason = ERR_reason_error_string(code)) return reason;
  return "OpenSSL error " + std::to_string(code);
}

std::string openssl_error() { return openssl_error_text(take_openssl_error()); }

}  // namespace portico
