#pragma once

#include "server/admission/proxy_policy.hpp"
#include "server/endpoint/connection_settings.hpp"

#include <portico/registry.hpp>

#include <memory>
#include <optional>
#include <string>

namespace portico {

class Admission;

// One entry of `endpoints`, ready to serve. Immutable; shared by its listeners and connections, so that a session may
// use its options until it ends.
struct Endpoint {
  ConnectionSettings settings;
  Session session;   // the handler, bound to this endpoint's options
  bool tls = false;  // before the session; otherwise the session may start TLS, if `settings.tls` is set
  // Has state of its own, which any thread may use. Null: every client is admitted.
  std::shared_ptr<Admission> admission{};
  // The farewell of `on_full`, empty for none; and the endpoint that serves refused clients, with short timeouts: its
  // session sends the farewell, if there is one, and the connection ends in order. Null only if `admission` is.
  std::string farewell_text{};
  std::shared_ptr<const Endpoint> farewell{};
  std::optional<ProxyPolicy> proxy{};  // unset: no PROXY header is expected
  bool serves_operators = false;       // stops only after the last client is closed
};

}  // namespace portico
