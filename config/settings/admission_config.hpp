#pragma once

#include <portico/options.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace portico {

// Access rules and limits of an endpoint. Each rule can be an object with `"observe": true`, a dry run: it only logs
// and counts each client that it would refuse.
inline constexpr std::string_view observe_help = "Dry run: log and count what the rule would refuse, but admit it.";

// The PROXY protocol (haproxy's proxy-protocol.txt), and the proxies that are trusted.
struct ProxyProtocolConfig {
  std::string mode = "require";
  std::vector<Network> trust;

  static constexpr auto describe() {
    using Self = ProxyProtocolConfig;
    return options(
        option(
            "mode", &Self::mode,
            "require: every connection must begin with a PROXY header (version 1 or 2), and peers not in `trust` are "
            "refused. accept: a trusted peer may begin without a header, and peers not in `trust` must. A session "
            "then begins only when the first bytes show whether there is a header, so a client that waits for the "
            "server to speak first needs require. off: no header is expected.",
            choices("require", "accept", "off")),
        option(
            "trust", &Self::trust,
            "Networks of the proxies: only the PROXY header of a peer in one of them, or of a peer on a Unix socket, "
            "is trusted.",
            required(), length(1, 1000), example("10.0.0.0/8")));
  }

  friend bool operator==(const ProxyProtocolConfig&, const ProxyProtocolConfig&) = default;
};

// `accept.allow` or `accept.deny` as an object.
struct ObservedNetworks {
  std::vector<Network> networks;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedNetworks;
    return options(option("networks", &Self::networks, "Networks of the rule.", required(), length(0, 10'000),
                          example("10.0.0.0/8")),
                   option("observe", &Self::observe, observe_help));
  }

  friend bool operator==(const ObservedNetworks&, const ObservedNetworks&) = default;
};

// `accept.rate` as an object.
struct ObservedRate {
  Rate limit;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedRate;
    return options(option("limit", &Self::limit, "Maximum new connections per interval.", required(),
                          between(1, 1'000'000), example("500/s")),
                   option("observe", &Self::observe, observe_help));
  }

  friend bool operator==(const ObservedRate&, const ObservedRate&) = default;
};

// `limits.connections` as an object.
struct ObservedConnections {
  int limit = 0;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedConnections;
    return options(option("limit", &Self::limit, "Maximum concurrent connections.", required(), between(1, 10'000'000),
                          example("1000")),
                   option("observe", &Self::observe, observe_help));
  }

  friend bool operator==(const ObservedConnections&, const ObservedConnections&) = default;
};

using NetworksRule = std::variant<std::vector<Network>, ObservedNetworks>;
using RateRule = std::variant<Rate, ObservedRate>;
using ConnectionsRule = std::variant<int, ObservedConnections>;

// Returns the networks of a rule, in either form.
const std::vector<Network>& networks_of(const NetworksRule& rule);

// Returns the limit of a rule, in either form.
template <typename Plain, typename Observed>
Plain limit_of(const std::variant<Plain, Observed>& rule) {
  const auto* observed = std::get_if<Observed>(&rule);
  return observed != nullptr ? observed->limit : std::get<Plain>(rule);
}

// Returns true for a rule in observe mode.
template <typename Plain, typename Observed>
bool is_observed(const std::variant<Plain, Observed>& rule) {
  const auto* observed = std::get_if<Observed>(&rule);
  return observed != nullptr && observed->observe;
}

// Rules for accepting connections.
struct AcceptConfig {
  int backlog = 1024;
  int outstanding = 8;
  std::optional<RateRule> rate;
  NetworksRule allow;
  NetworksRule deny;

  static constexpr auto describe() {
    using Self = AcceptConfig;
    return options(
        option("backlog", &Self::backlog,
               "Maximum connections that wait in the system's queue to be accepted; the system may lower it.",
               between(1, 65535)),
        option("outstanding", &Self::outstanding,
               "Concurrent accept operations for each address. Where `on_full` is wait, this is also the number of "
               "clients that can be accepted and wait unread.",
               between(1, 1024)),
        option("rate", &Self::rate, "Maximum new connections of this endpoint per interval; unset: no limit.",
               between(1, 1'000'000)),
        option("allow", &Self::allow,
               "Only peers in these networks are admitted, any other is reset; empty: every peer. Clients of a Unix "
               "socket have no address, so `allow` and `deny` do not apply to them; see `unix_socket`.",
               length(0, 10'000)),
        option("deny", &Self::deny, "Peers in these networks are reset, even if `allow` includes them.",
               length(0, 10'000)));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const AcceptConfig&, const AcceptConfig&) = default;
};

// Limits for each client address.
struct PerAddressConfig {
  std::optional<int> connections;
  int ipv6_prefix = 64;
  bool observe = false;

  static constexpr auto describe() {
    using Self = PerAddressConfig;
    return options(
        option("connections", &Self::connections,
               "Maximum concurrent connections to this endpoint from one client address; unset: no limit.",
               between(1, 1'000'000)),
        option("ipv6_prefix", &Self::ipv6_prefix,
               "Leading bits of an IPv6 address that identify one client; 64, because one host may use a whole /64.",
               between(1, 128)),
        option("observe", &Self::observe, observe_help));
  }

  friend bool operator==(const PerAddressConfig&, const PerAddressConfig&) = default;
};

// Limits of one endpoint.
struct EndpointLimitsConfig {
  std::optional<ConnectionsRule> connections;
  PerAddressConfig per_address;
  std::size_t send_queue = 64 * 1024;

  static constexpr auto describe() {
    using Self = EndpointLimitsConfig;
    return options(
        option("connections", &Self::connections,
               "Maximum concurrent connections of this endpoint; unset: only the limit of the process applies. An "
               "endpoint of a handler that serves operators, such as `health`, has at most 16.",
               between(1, 10'000'000)),
        option(
            "per_address", &Self::per_address,
            "Limits for each client address; a client of a Unix socket has no address and is not counted. A client "
            "over these limits never waits, because it would make all others wait: where `on_full` is wait, it is "
            "closed. A client behind a trusted proxy is counted after its PROXY header, by the address in it; over the "
            "limit it is closed, after the farewell if there is one."),
        option("send_queue", &Self::send_queue,
               "Maximum size of the messages that other sessions have sent to a client and that are not written yet; "
               "each counts as its size plus 64 bytes. A message that does not fit aborts the connection with "
               "`slow_consumer`.",
               between(1024, 1 << 30)));
  }

  friend bool operator==(const EndpointLimitsConfig&, const EndpointLimitsConfig&) = default;
};

}  // namespace portico
