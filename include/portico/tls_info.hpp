#pragma once

#include <string>

namespace portico {

// Result of a TLS handshake, from Connection::tls(). A plain value; a string is empty where there is nothing to say.
//
//     const auto tls = connection.tls();
//     if (!tls || tls->client_subject.empty()) co_await connection.write("please show a certificate\n");
struct TlsInfo {
  std::string version;         // "TLSv1.3"
  std::string cipher;          // "TLS_AES_128_GCM_SHA256": the IANA name, or OpenSSL's where there is none
  std::string server_name;     // requested by the client (SNI, RFC 6066 section 3)
  std::string alpn;            // the negotiated protocol (RFC 7301)
  std::string client_subject;  // of the client's verified certificate: "CN=alice,O=Example" (RFC 4514)
  bool resumed = false;        // an earlier TLS session was resumed, so no certificates were exchanged
};

}  // namespace portico
