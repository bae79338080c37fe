#pragma once

#include "tests/support/tls_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace portico::test {

// Records that no well-behaved client would send: sealed with a TLS 1.3 client's key under TLS_AES_128_GCM_SHA256 (RFC
// 8446, 5.2 and 7.3). Made before the client's handshake; used after it, instead of the client.
class TlsRecords {
 public:
  explicit TlsRecords(TlsClient& client);
  ~TlsRecords();
  TlsRecords(const TlsRecords&) = delete;
  TlsRecords& operator=(const TlsRecords&) = delete;

  // The next record, with a content of that type: 22 is the handshake's, 23 a session's.
  std::string seal(unsigned char type, std::string_view content);

 private:
  static void keep_secret(const SSL* ssl, const char* line);
  std::string expand(const char* label, std::size_t size) const;

  TlsClient& client_;
  std::string secret_;
  std::uint64_t number_ = 0;
};

}  // namespace portico::test
