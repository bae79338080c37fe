#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

namespace portico::test {

// Options of a test's TLS client.
struct TlsClientSettings {
  int version = 0;  // TLS1_2_VERSION, TLS1_3_VERSION; 0: any
  std::string server_name{};
  std::vector<std::string> alpn{};
  const TlsIdentity* identity = nullptr;  // a client certificate
  SSL_SESSION* session = nullptr;         // to resume
  bool wants_staple = false;
};

// TLS client without a network: the test carries the bytes between it and the server. It keeps the text of the first
// error.
class TlsClient {
 public:
  explicit TlsClient(const TlsClientSettings& settings = {});

  // Ciphertext from and for the server.
  void take(std::string_view bytes);
  std::string give();

  // Continues the handshake as far as the received bytes allow; true when it is complete.
  bool handshake();

  void write(std::string_view plain);
  std::string read();  // everything received
  void close() { SSL_shutdown(ssl_.get()); }

  bool ended() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }  // EOF by close_notify
  const std::string& error() const { return error_; }
  SSL* ssl() { return ssl_.get(); }

  std::string certificate_name() const;  // the subject of the server's

 private:
  void keep_error(int result);

  SslCtxOwner context_;
  SslOwner ssl_;
  std::string error_;
};

}  // namespace portico::test
