#pragma once

#include <portico/connection.hpp>
#include <portico/end_reason.hpp>

#include <exception>
#include <string>
#include <system_error>

namespace portico {

// Why a connection ended, and in words what went wrong if something did.
struct ConnectionEnd {
  EndReason reason;
  std::string text;
};

// What stood against the connection from outside comes first (a deadline, a cut), then what its session threw, then a
// stop.
// The one place where a session's exceptions of any type end up.
ConnectionEnd classify_end(const Connection& connection, const std::exception_ptr& thrown);

// True for the errors with which a system says that the peer or the network broke a connection.
bool is_disconnect(const std::error_code& error);

}  // namespace portico
