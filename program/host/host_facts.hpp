#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace portico {

// What this host allows a server. Plain data, so that tests can invent hosts.
struct HostFacts {
  enum class Ipv6 : std::uint8_t { none, no_address, available };
  struct PortRange {
    int first;
    int last;
  };

  std::optional<std::size_t> descriptors;  // that a process may have; nothing: no limit
  std::optional<int> longest_backlog;      // the system cuts longer ones; nothing: unknown
  int first_free_port = 0;                 // binding a lower one takes a right that this process does not have
  Ipv6 ipv6 = Ipv6::available;
  std::optional<PortRange> outgoing_ports;  // the system gives these to connections that a process opens

  // How long Windows lets a service or a container take to stop. Nothing elsewhere: whoever stops it decides.
  std::optional<std::chrono::milliseconds> stop_wait;
};

// Reads the facts; binds nothing. What cannot be read is left as above.
HostFacts read_host_facts();

}  // namespace portico
