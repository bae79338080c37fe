#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

namespace portico::test {

// What a client of a test asks for.
struct TlsClientSettings {
  int version = 0;  // TLS1_2_VERSION, TLS1_3_VERSION; 0: any
  std::string server_name{};
  std::vector<std::string> alpn{};
  const TlsIdentity* identity = nullptr;  // a client certificate
  SSL_SESSION* session = nullptr;         // to resume
  bool wants_staple = false;
};

// A TLS client without a network: OpenSSL between two byte strings, for the test to carry. What goes wrong first is
// kept as the text of the error.
class TlsClient {
 public:
  explicit TlsClient(const TlsClientSettings& settings = {});

  // Bytes from and for the server, encrypted.
  void take(std::string_view bytes);
  std::string give();

  // Goes on with the handshake as far as the bytes allow; true when it is over.
  bool handshake();

  void write(std::string_view plain);
  std::string read();  // all that has come
  void close() { SSL_shutdown(ssl_.get()); }

  bool ended() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }  // by close_notify
  const std::string& error() const { return error_; }
  SSL* ssl() { return ssl_.get(); }

  std::string certificate_name() const;  // the server's common name

 private:
  void keep_error(int result);

  SslCtxOwner context_;
  SslOwner ssl_;
  std::string error_;
};

}  // namespace portico::test
