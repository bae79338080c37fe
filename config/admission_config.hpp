#pragma once

#include <portico/options.hpp>

#include <optional>
#include <string>
#include <vector>

namespace portico {

// Who may come in, and how many.

struct ProxyProtocolConfig {
  std::string mode = "require";
  std::vector<Network> trust;

  static constexpr auto describe() {
    using Self = ProxyProtocolConfig;
    return options(option("mode", &Self::mode,
                          "require: a trusted peer must send a PROXY header. accept: it may. off: nobody may.",
                          choices("require", "accept", "off")),
                   option("trust", &Self::trust, "Peers whose PROXY header is believed.", required(), length(1, 1000)));
  }

  friend bool operator==(const ProxyProtocolConfig&, const ProxyProtocolConfig&) = default;
};

struct AcceptConfig {
  int backlog = 1024;
  int outstanding = 8;
  std::optional<Rate> rate;
  std::vector<Network> allow;
  std::vector<Network> deny;

  static constexpr auto describe() {
    using Self = AcceptConfig;
    return options(
        option("backlog", &Self::backlog, "Connections the system keeps until they are accepted; it may cut this.",
               between(1, 65535)),
        option("outstanding", &Self::outstanding, "Accepts under way at a time, for each address.", between(1, 1024)),
        option("rate", &Self::rate, "New connections in a time, at most; unset: no limit.", between(1, 1'000'000)),
        option("allow", &Self::allow, "Only peers in these networks; empty: every peer.", length(0, 10'000)),
        option("deny", &Self::deny, "No peers in these networks, whatever `allow` says.", length(0, 10'000)));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const AcceptConfig&, const AcceptConfig&) = default;
};

struct PerAddressConfig {
  std::optional<int> connections;
  int ipv6_prefix = 64;

  static constexpr auto describe() {
    using Self = PerAddressConfig;
    return options(
        option("connections", &Self::connections,
               "Connections of one client address at a time; unset: no limit of its own.", between(1, 1'000'000)),
        option("ipv6_prefix", &Self::ipv6_prefix, "How many leading bits make an IPv6 client one address.",
               between(1, 128)));
  }

  friend bool operator==(const PerAddressConfig&, const PerAddressConfig&) = default;
};

struct EndpointLimitsConfig {
  std::optional<int> connections;
  PerAddressConfig per_address;

  static constexpr auto describe() {
    using Self = EndpointLimitsConfig;
    return options(
        option("connections", &Self::connections,
               "Connections of this endpoint at a time; unset: those of the whole process.", between(1, 10'000'000)),
        option("per_address", &Self::per_address, "Limits for each client address."));
  }

  friend bool operator==(const EndpointLimitsConfig&, const EndpointLimitsConfig&) = default;
};

}  // namespace portico
