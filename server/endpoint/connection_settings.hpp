#pragma once

#include "config/settings/min_rate.hpp"
#include "config/settings/timeouts.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace portico {

class CurrentTlsContext;

// Settings that all connections of one endpoint share. Immutable; outlives the connections.
struct ConnectionSettings {
  std::string endpoint;
  std::string handler;
  Timeouts timeouts{};
  MinRate min_rate{};
  std::size_t send_queue = 64 * 1024;              // bytes of queued messages, see SendQueue
  std::shared_ptr<const CurrentTlsContext> tls{};  // null: no TLS can be started
};

}  // namespace portico
