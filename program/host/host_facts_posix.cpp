#include "program/host/host_facts.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace portico {

namespace {

constexpr int net_bind_service = 10;  // CAP_NET_BIND_SERVICE, capabilities(7)

std::optional<int> read_number(const char* file) {
  std::ifstream input(file);
  int number = 0;
  if (input >> number) return number;
  return std::nullopt;
}

std::optional<HostFacts::PortRange> read_range(const char* file) {
  std::ifstream input(file);
  HostFacts::PortRange range{};
  if (input >> range.first >> range.last) return range;
  return std::nullopt;
}

bool may_bind_privileged_ports() {
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    unsigned long long effective = 0;
    if (key == "CapEff:" && status >> std::hex >> effective) return (effective >> net_bind_service & 1) != 0;
  }
  return ::geteuid() == 0;
}

HostFacts::Ipv6 detect_ipv6() {
  const int socket = ::socket(AF_INET6, SOCK_STREAM, 0);
  if (socket < 0) return HostFacts::Ipv6::none;
  ::close(socket);
  // Empty with net.ipv6.conf.all.disable_ipv6, although sockets can still be created.
  std::ifstream addresses("/proc/net/if_inet6");
  const bool empty = addresses.is_open() && addresses.peek() == std::ifstream::traits_type::eof();
  return empty ? HostFacts::Ipv6::no_address : HostFacts::Ipv6::available;
}

std::optional<HostFacts::Watchdog> read_watchdog() {
  const char* microseconds = std::getenv("WATCHDOG_USEC");
  if (microseconds == nullptr) return std::nullopt;
  return HostFacts::Watchdog{microseconds, std::getenv("NOTIFY_SOCKET") != nullptr};
}

}  // namespace

HostFacts read_host_facts() {
  HostFacts facts;
  facts.watchdog = read_watchdog();
  facts.processors = read_processors();
  facts.descriptors = raise_descriptor_limit();  // as `run` would
  facts.max_backlog = read_number("/proc/sys/net/core/somaxconn");
  if (!may_bind_privileged_ports())
    facts.first_unprivileged_port = read_number("/proc/sys/net/ipv4/ip_unprivileged_port_start").value_or(1024);
  facts.ipv6 = detect_ipv6();
  facts.ephemeral_ports = read_range("/proc/sys/net/ipv4/ip_local_port_range");
  return facts;
}

}  // namespace portico
