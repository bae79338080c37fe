#pragma once

#include "tests/support/tls_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace portico::test {

// Maker of records that no well-behaved client would send: encrypted with a TLS 1.3 client's key for
// TLS_AES_128_GCM_SHA256 (RFC 8446 sections 5.2 and 7.3). Construct it before the client's handshake; after the
// handshake, use it instead of the client.
class TlsRecords {
 public:
  explicit TlsRecords(TlsClient& client);
  ~TlsRecords();
  TlsRecords(const TlsRecords&) = delete;
  TlsRecords& operator=(const TlsRecords&) = delete;

  // Returns the next record with a content of that type: 22 handshake, 23 application data.
  std::string seal(unsigned char type, std::string_view content);

 private:
  static void keep_secret(const SSL* ssl, const char* line);
  std::string expand(const char* label, std::size_t size) const;

  TlsClient& client_;
  std::string secret_;
  std::uint64_t number_ = 0;
};

}  // namespace portico::test
