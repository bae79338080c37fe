#include "program/commands/connection_capacity.hpp"

#include "config/values/ip.hpp"
#include "server/admission/admission.hpp"
#include "server/connection/worker_context.hpp"
#include "server/endpoint/start_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <variant>

namespace portico {

namespace {

// The control thread's loop (an epoll, a timer, an event) and the pipe of the signals.
constexpr std::size_t own = 5;
// Asio's epoll_reactor: the epoll, a timer and an event to wake it.
constexpr std::size_t per_worker = 3;
// A file of certificates that is read again, or a message to the service manager.
constexpr std::size_t spare = 1;
// What libraries and handlers open, generously.
constexpr std::size_t reserved = 24;
// Allowed without anything reserved for handlers and bursts: running out of descriptors only pauses accepting.
constexpr std::size_t min_connections = 8;

// Number of sockets that one address of `listen` opens: a name usually resolves to one address of each family, as
// "localhost" does.
std::size_t sockets_of(const ListenAddress& address) {
  if (address.is_unix() || address.is_inherited() || address.host.empty()) return 1;
  const bool is_numeric = ipv4_from_text(address.host) || address.host.find(':') != std::string::npos;
  return is_numeric ? 1 : 2;
}

// Descriptors that are not available to connections.
struct Reserve {
  std::size_t in_use = 0;  // before the first client connects
  std::size_t burst = 0;

  std::size_t fixed() const { return in_use + reserved; }
};

std::size_t less(std::size_t all, std::size_t taken) { return all - std::min(all, taken); }

bool limits_addresses(const EndpointConfig& endpoint) {
  const auto& per_address = endpoint.limits.per_address;
  return per_address.connections && !per_address.observe;
}

// Returns true if Worker::send_farewell() can be asked to end a refused client's connection.
bool serves_refused(const EndpointConfig& endpoint) {
  const auto* word = std::get_if<std::string>(&endpoint.on_full);
  if (!word || *word == "close") return true;
  return *word == "wait" && limits_addresses(endpoint);  // such a client never waits: it is closed
}

// Returns true if clients can be refused after a PROXY header, whatever `on_full` is: they get time without a slot too.
bool refuses_proxied(const EndpointConfig& endpoint) {
  const auto& proxy = endpoint.proxy_protocol;
  return proxy && proxy->mode != "off" && limits_addresses(endpoint);
}

Reserve reserve_for(const Config& config, std::size_t workers, std::size_t open) {
  Reserve reserve;
  reserve.in_use = open + own + workers * per_worker;
  bool refused = false;
  bool refused_proxied = false;
  for (const auto& endpoint : config.endpoints) {
    std::size_t sockets = 0;
    for (const auto& address : endpoint.listen) sockets += sockets_of(address);
    reserve.in_use += sockets;
    // Accepted clients that wait for a slot.
    reserve.burst += sockets * static_cast<std::size_t>(endpoint.accept.outstanding);
    if (endpoint.serves_operators) reserve.burst += max_operator_connections;
    refused |= serves_refused(endpoint);
    refused_proxied |= refuses_proxied(endpoint);
  }
  // Refused clients that are still being sent the farewell, or are given the time to end.
  if (refused) reserve.burst += workers * max_farewells;
  if (refused_proxied) reserve.burst += workers * max_farewells;
  return reserve;
}

}  // namespace

std::size_t max_connections_for(const Config& config, std::size_t workers, std::size_t limit, std::size_t open) {
  const Reserve reserve = reserve_for(config, workers, open);
  const std::size_t all = less(limit, reserve.in_use + spare);
  const std::size_t left = less(limit, reserve.fixed());
  return std::max(std::min(min_connections, all), left - std::min(reserve.burst, left / 2));
}

std::optional<std::string> capacity_error(const Config& config, std::size_t workers, const Descriptors& descriptors) {
  if (!descriptors.limit) return std::nullopt;
  const std::size_t limit = *descriptors.limit;
  const Reserve reserve = reserve_for(config, workers, descriptors.open);
  const std::size_t fit = max_connections_for(config, workers, limit, descriptors.open);
  if (fit == 0) {
    return fmt::format("the {} descriptors this process may have are too few for {} workers; allow {} ({})", limit,
                       workers, reserve.fixed() + min_connections, how_to_allow);
  }
  const auto& rule = config.limits.connections;
  if (!rule || is_observed(*rule)) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(limit_of(*rule));
  if (wanted <= fit) return std::nullopt;
  const std::size_t needed = wanted <= min_connections ? reserve.in_use + spare + wanted
                                                       : reserve.fixed() + wanted + std::min(reserve.burst, wanted);
  return fmt::format(
      "limits.connections is {}, but only {} connections fit into the {} descriptors this process may have; lower it "
      "to {}, or allow {} descriptors ({})",
      wanted, fit, limit, fit, needed, how_to_allow);
}

std::size_t resolve_connection_limit(const Config& config, std::size_t workers, const Descriptors& descriptors) {
  if (const auto error = capacity_error(config, workers, descriptors)) throw StartError(*error);
  const auto& rule = config.limits.connections;
  if (rule && !is_observed(*rule)) return static_cast<std::size_t>(limit_of(*rule));
  if (!descriptors.limit) return max_automatic;
  return std::min(max_automatic, max_connections_for(config, workers, *descriptors.limit, descriptors.open));
}

}  // namespace portico
