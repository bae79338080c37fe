#pragma once

#include "program/host/descriptor_limit.hpp"
#include "program/host/processors.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace portico {

// Limits and properties of this host that matter to a server. Plain data, so that tests can invent hosts.
struct HostFacts {
  enum class Ipv6 : std::uint8_t { none, no_address, available };
  struct PortRange {
    int first;
    int last;
  };

  // The variables with which a service manager asks for signs of life (sd_watchdog_enabled(3)).
  struct Watchdog {
    std::string microseconds;
    bool has_socket = false;  // NOTIFY_SOCKET
  };

  Processors processors;
  std::optional<Watchdog> watchdog;  // nullopt: not asked for
  Descriptors descriptors;
  std::optional<int> max_backlog;   // the system silently reduces longer ones; nullopt: unknown
  int first_unprivileged_port = 0;  // binding a lower port needs a privilege that this process lacks
  Ipv6 ipv6 = Ipv6::available;
  std::optional<PortRange> ephemeral_ports;  // the system chooses from these for outgoing connections

  // Time that Windows gives a service or a container to stop. Nullopt elsewhere: the stopping program decides.
  std::optional<std::chrono::milliseconds> shutdown_timeout;
};

// Reads the facts; binds nothing. Members that cannot be read keep the defaults above.
HostFacts read_host_facts();

}  // namespace portico
