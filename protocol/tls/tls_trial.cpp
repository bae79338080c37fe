#include "protocol/tls/tls_trial.hpp"

#include "protocol/tls/tls_openssl.hpp"

#include <openssl/err.h>

#include <cstdint>
#include <new>

namespace portico {

namespace {

// openssl.cnf limits clients as it does servers; those of others have their own.
SslCtxOwner make_client_context(const std::string& cipher_suites) {
  SslCtxOwner context(SSL_CTX_new(TLS_client_method()));
  if (!context) return nullptr;
  SSL_CTX_set_min_proto_version(context.get(), 0);
  SSL_CTX_set_max_proto_version(context.get(), 0);
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
  SSL_CTX_set_cipher_list(context.get(), "ALL:!aNULL:@SECLEVEL=0");
  if (!cipher_suites.empty()) SSL_CTX_set_ciphersuites(context.get(), cipher_suites.c_str());
  std::string curves = "X25519:P-256:X448:P-521:P-384";
  SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_GROUPS_LIST, 0, curves.data());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  return context;
}

enum class Step : std::uint8_t { done, waits, fails };

Step continue_handshake(SSL* connection) {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(connection);
  if (outcome == 1) return Step::done;
  const int error = SSL_get_error(connection, outcome);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Step::waits : Step::fails;
}

void connect_in_memory(SSL* client, SSL* server) {
  BIO* client_end = nullptr;
  BIO* server_end = nullptr;
  if (BIO_new_bio_pair(&client_end, 0, &server_end, 0) != 1) throw std::bad_alloc();
  SSL_set_bio(client, client_end, client_end);
  SSL_set_bio(server, server_end, server_end);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
}

}  // namespace

std::optional<std::string> trial_error(SSL_CTX* server_context, const std::string& cipher_suites) {
  const auto client_context = make_client_context(cipher_suites);
  const SslOwner client(client_context ? SSL_new(client_context.get()) : nullptr);
  const SslOwner server(SSL_new(server_context));
  if (!server) throw std::bad_alloc();
  std::optional<std::string> error;
  if (client) {
    connect_in_memory(client.get(), server.get());
    SSL_set_verify(server.get(), SSL_VERIFY_NONE, nullptr);
    SSL_set_num_tickets(server.get(), 0);
    // The pair of buffers holds 17 KiB each way; this is enough for the longest chain of certificates.
    for (int rounds = 0; rounds < 1000; ++rounds) {
      if (continue_handshake(client.get()) == Step::fails) break;  // a reason of the client's own proves nothing
      const auto step = continue_handshake(server.get());
      if (step == Step::fails) error = openssl_error();
      if (step != Step::waits) break;
    }
  }
  ERR_clear_error();
  return error;
}

}  // namespace portico
