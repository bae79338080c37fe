#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace portico {

// Owning pointers for OpenSSL's objects, and the text of its errors. For the sources and tests of protocol/tls only.

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
using CrlOwner = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;

// Returns the text of the newest entry of this thread's error queue, "wrong version number", and empties the queue.
std::string openssl_error();

// Returns the text of one entry.
std::string openssl_error_text(unsigned long code);

}  // namespace portico
