#pragma once

#include "server/admission/proxy_policy.hpp"
#include "server/endpoint/connection_settings.hpp"

#include <portico/registry.hpp>

#include <memory>
#include <optional>
#include <string>

namespace portico {

class Admission;

// One live entry of the configuration. Immutable; shared by its listeners and connections, and alive until the last of
// them has gone, so that a session may use its options to its very end.
struct Endpoint {
  ConnectionSettings settings;
  Session session;   // the handler, bound to this endpoint's options
  bool tls = false;  // before the session; else the session may start it, if the settings have what it needs
  // Counts the connections, so it changes; safe for any thread. Null: everyone is let in.
  std::shared_ptr<Admission> admission{};
  // What those get whom `on_full` sends away with a text, and an endpoint whose session says it. Null: there is none.
  std::string farewell_text{};
  std::shared_ptr<const Endpoint> farewell{};
  std::optional<ProxyPolicy> proxy{};  // unset: nobody sends a PROXY header
};

}  // namespace portico
