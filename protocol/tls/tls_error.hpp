#pragma once

#include <portico/end_reason.hpp>

#include <optional>
#include <system_error>

namespace portico {

// Errors of a TLS stream that are not the network's. The values are OpenSSL's packed error codes, except for the
// two that have functions of their own.
const std::error_category& tls_category();

// The peer ended without close_notify (RFC 8446 section 6.1), so what came may not be all.
std::error_code tls_truncated();

// The peer makes TLS write (alerts, updates of keys), and does not read.
std::error_code tls_unread();

std::error_code tls_failure(unsigned long openssl_code);

// How a connection ends that met such an error; nothing for any other.
std::optional<EndReason> tls_end_reason(const std::error_code& error);

}  // namespace portico
