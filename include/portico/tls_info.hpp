#pragma once

#include <string>

namespace portico {

// What a TLS handshake has agreed on. Texts that there are none of are empty.
struct TlsInfo {
  std::string version;         // "TLSv1.3"
  std::string cipher;          // "TLS_AES_128_GCM_SHA256", as IANA or OpenSSL name it
  std::string server_name;     // that the client asked for (SNI, RFC 6066 section 3)
  std::string alpn;            // the protocol agreed on (RFC 7301)
  std::string client_subject;  // of the client's verified certificate: "CN=alice,O=Example" (RFC 4514)
  bool resumed = false;        // an earlier session goes on: no certificate was shown
};

}  // namespace portico
