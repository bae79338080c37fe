#pragma once

#include <string_view>

namespace portico {

// The TLS library as the loader found it, which need not be the one compiled against: "OpenSSL 3.0.19".
std::string_view tls_version();

}  // namespace portico
