#pragma once

#include <portico/connection.hpp>
#include <portico/registry.hpp>

namespace portico {

// One live entry of the configuration. Immutable; shared by its listeners and connections, and alive until the last of
// them has gone, so that a session may use its options to its very end.
struct Endpoint {
  ConnectionSettings settings;
  Session session;  // the handler, bound to this endpoint's options
};

}  // namespace portico
