#pragma once

#include "server/connection/server_connection.hpp"

#include <portico/end_reason.hpp>

#include <exception>
#include <string>
#include <system_error>

namespace portico {

// The reason for a connection's end, and what went wrong, if something did.
struct ConnectionEnd {
  EndReason reason;
  std::string message;
};

// Classifies an end: an external reason comes first (a deadline, an abort), then the session's exception, then a stop.
// The one place that sees a session's exceptions, of any type.
ConnectionEnd classify_end(const ServerConnection& connection, const std::exception_ptr& thrown);

// Returns true for the errors that systems report when the peer or the network broke a connection.
bool is_disconnect(const std::error_code& error);

}  // namespace portico
