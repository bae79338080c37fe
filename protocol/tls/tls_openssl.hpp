#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace portico {

// Owners for what OpenSSL allocates, and its last word. For the sources of protocol/tls* only.

template <auto free>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};

using SslCtxOwner = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;
using SslOwner = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using BioOwner = std::unique_ptr<BIO, OpensslDeleter<BIO_free>>;
using X509Owner = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;

// What the newest entry of this thread's error queue says, "wrong version number"; empties the queue.
std::string openssl_error();

// The same for one entry.
std::string openssl_error_text(unsigned long code);

}  // namespace portico
