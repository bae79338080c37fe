#pragma once

#include <portico/end_reason.hpp>

#include <optional>
#include <system_error>

namespace portico {

// Category of the errors of TLS itself, as opposed to those of the network. Values are OpenSSL's packed error codes,
// except for the two errors that have functions of their own.
const std::error_category& tls_category();

// Returns the error for an EOF without close_notify (RFC 8446 section 6.1): the data may be incomplete.
std::error_code tls_truncated();

// Returns the error for a peer that makes TLS write (alerts, key updates) and does not read the output.
std::error_code tls_flooded();

// Returns the newest entry of OpenSSL's error queue that names a cause, 0 if there is none, and empties the queue.
unsigned long take_openssl_error();

// Returns the error for an entry of OpenSSL's error queue.
std::error_code tls_error(unsigned long openssl_code);

// Returns the end reason of a connection that met such an error; nothing for an error of any other category.
std::optional<EndReason> tls_end_reason(const std::error_code& error);

}  // namespace portico
