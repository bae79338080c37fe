#pragma once

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <string>
#include <vector>

namespace portico {

// An OCSP response for a certificate, to be sent to clients that request it (RFC 6066 section 8).
struct OcspStaple {
  std::string der;
  X509Owner certificate;
  TlsContext::Time this_update;
  TlsContext::Time next_update;  // Time::max() if the responder names none

  bool is_current(TlsContext::Time now) const { return this_update <= now && now <= next_update; }
};

// Checks that `der` is one response, and says "good" of the first certificate of `chain` as that certificate's CA has
// issued it. Its dates are not judged. Throws TlsSettingsError.
OcspStaple make_staple(const std::string& der, const std::vector<X509Owner>& chain, const std::string& option);

}  // namespace portico
