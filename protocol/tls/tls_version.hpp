#pragma once

#include <string_view>

namespace portico {

// Returns the TLS library that is loaded, which need not be the version compiled against: "OpenSSL 3.0.19".
std::string_view tls_version();

}  // namespace portico
