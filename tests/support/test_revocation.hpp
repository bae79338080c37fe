#pragma once

#include "protocol/tls/tls_context.hpp"

#include <openssl/ocsp.h>

#include <chrono>
#include <string>
#include <vector>

namespace portico::test {

// Dates of what a CA says about its certificates, from now.
struct RevocationDates {
  std::chrono::hours since{-1};
  std::chrono::hours until{24};
};

// Returns a CRL of this CA, as PEM.
std::string make_crl(const TlsIdentity& ca, const std::vector<long>& serials, const RevocationDates& dates = {});

// Returns an OCSP response about a certificate of this CA, as DER.
std::string make_ocsp_response(const TlsIdentity& ca, const TlsIdentity& certificate,
                               int status = V_OCSP_CERTSTATUS_GOOD, const RevocationDates& dates = {});

}  // namespace portico::test
