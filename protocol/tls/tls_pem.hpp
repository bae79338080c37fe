#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace portico {

// PEM and times, as the sources of protocol/tls need them.

// Returns a BIO that reads `bytes`, which must stay valid. Throws std::bad_alloc.
BioOwner memory_bio(std::string_view bytes);

// Rejects text that looks like PEM and that OpenSSL would pass over, or read only in part. `option` is named in the
// TlsSettingsError.
void require_pem_form(std::string_view text, const std::string& option);

// Returns all certificates in `pem`, in order, at least one. Throws TlsSettingsError.
std::vector<X509Owner> certificates_of(const std::string& pem, const std::string& option);

// Returns all certificate revocation lists in `pem`, at least one; passes over anything else. Throws TlsSettingsError.
std::vector<CrlOwner> crls_of(const std::string& pem, const std::string& option);

// Returns a time of a certificate, or of what is said about one.
TlsContext::Time time_of(const ASN1_TIME* time);

}  // namespace portico
