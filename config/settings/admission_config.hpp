#pragma once

#include <portico/options.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace portico {

// Who may come in, and how many.

struct ProxyProtocolConfig {
  std::string mode = "require";
  std::vector<Network> trust;

  static constexpr auto describe() {
    using Self = ProxyProtocolConfig;
    return options(
        option("mode", &Self::mode,
               "require: every connection begins with a PROXY header (version 1 or 2), and peers not in "
               "`trust` are turned away. accept: a trusted peer may begin without one, and peers not in "
               "`trust` must. A session then begins with the first bytes, which say what they are: a client "
               "that waits for the server to speak first needs require. off: no header is looked for.",
               choices("require", "accept", "off")),
        option("trust", &Self::trust,
               "Networks of the proxies: the peers whose PROXY header is believed, besides all that come by a Unix "
               "socket. Nobody else's is.",
               required(), length(1, 1000)));
  }

  friend bool operator==(const ProxyProtocolConfig&, const ProxyProtocolConfig&) = default;
};

// Each rule may be put on trial, as an object with `"observe": true`: what it would refuse is counted and logged, and
// let in all the same.
struct ObservedNetworks {
  std::vector<Network> networks;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedNetworks;
    return options(option("networks", &Self::networks, "The networks.", required(), length(0, 10'000)),
                   option("observe", &Self::observe,
                          "On trial: what the rule would refuse is counted and logged, and let in all the same."));
  }

  friend bool operator==(const ObservedNetworks&, const ObservedNetworks&) = default;
};

struct ObservedRate {
  Rate limit;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedRate;
    return options(option("limit", &Self::limit, "New connections in a time.", required(), between(1, 1'000'000)),
                   option("observe", &Self::observe,
                          "On trial: what the rule would refuse is counted and logged, and let in all the same."));
  }

  friend bool operator==(const ObservedRate&, const ObservedRate&) = default;
};

struct ObservedConnections {
  int limit = 0;
  bool observe = false;

  static constexpr auto describe() {
    using Self = ObservedConnections;
    return options(option("limit", &Self::limit, "Connections at a time.", required(), between(1, 10'000'000)),
                   option("observe", &Self::observe,
                          "On trial: what the rule would refuse is counted and logged, and let in all the same."));
  }

  friend bool operator==(const ObservedConnections&, const ObservedConnections&) = default;
};

using NetworksRule = std::variant<std::vector<Network>, ObservedNetworks>;
using RateRule = std::variant<Rate, ObservedRate>;
using ConnectionsRule = std::variant<int, ObservedConnections>;

// What a rule says, however it is written.
const std::vector<Network>& networks_of(const NetworksRule& rule);
Rate limit_of(const RateRule& rule);
int limit_of(const ConnectionsRule& rule);

template <typename Plain, typename OnTrial>
bool is_observed(const std::variant<Plain, OnTrial>& rule) {
  const auto* on_trial = std::get_if<OnTrial>(&rule);
  return on_trial != nullptr && on_trial->observe;
}

struct AcceptConfig {
  int backlog = 1024;
  int outstanding = 8;
  std::optional<RateRule> rate;
  NetworksRule allow;
  NetworksRule deny;

  static constexpr auto describe() {
    using Self = AcceptConfig;
    return options(
        option("backlog", &Self::backlog, "Connections the system keeps until they are accepted; it may cut this.",
               between(1, 65535)),
        option("outstanding", &Self::outstanding,
               "Accepts under way at a time, for each address; so many clients can be accepted and wait "
               "unread while `on_full` is wait.",
               between(1, 1024)),
        option("rate", &Self::rate, "New connections of this endpoint in a time, at most; unset: no limit.",
               between(1, 1'000'000)),
        option("allow", &Self::allow,
               "Only peers in these networks, any other is reset at once; empty: every peer. Clients of a Unix socket "
               "have "
               "no address, so neither `allow` nor `deny` keeps them out; `unix_socket` does.",
               length(0, 10'000)),
        option("deny", &Self::deny, "No peers in these networks, whatever `allow` says: they are reset at once.",
               length(0, 10'000)));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const AcceptConfig&, const AcceptConfig&) = default;
};

struct PerAddressConfig {
  std::optional<int> connections;
  int ipv6_prefix = 64;
  bool observe = false;

  static constexpr auto describe() {
    using Self = PerAddressConfig;
    return options(
        option("connections", &Self::connections,
               "Connections to this endpoint from one client address at a time; unset: no limit of its own.",
               between(1, 1'000'000)),
        option("ipv6_prefix", &Self::ipv6_prefix,
               "How many leading bits make an IPv6 client one address: 64, because one host may have so many.",
               between(1, 128)),
        option("observe", &Self::observe,
               "On trial: what the rule would refuse is counted and logged, and let in all the same."));
  }

  friend bool operator==(const PerAddressConfig&, const PerAddressConfig&) = default;
};

struct EndpointLimitsConfig {
  std::optional<ConnectionsRule> connections;
  PerAddressConfig per_address;
  std::size_t send_queue = 64 * 1024;

  static constexpr auto describe() {
    using Self = EndpointLimitsConfig;
    return options(
        option("connections", &Self::connections,
               "Connections of this endpoint at a time; unset: only the limit of the whole process.",
               between(1, 10'000'000)),
        option(
            "per_address", &Self::per_address,
            "Limits for each client address; a client of a Unix socket has none and is not counted. One over them is "
            "never left waiting, since one client must not make all others wait: where `on_full` is wait, it is "
            "closed. "
            "A client behind a trusted proxy counts by the address that the PROXY header announces, so only after it; "
            "over the limit it is closed, after the farewell if there is one."),
        option("send_queue", &Self::send_queue,
               "Messages that other sessions have sent to a client and that it has not taken yet, each counted with 64 "
               "bytes more than it has; the one that does not fit ends the client with `slow_consumer`.",
               between(1024, 1 << 30)));
  }

  friend bool operator==(const EndpointLimitsConfig&, const EndpointLimitsConfig&) = default;
};

}  // namespace portico
