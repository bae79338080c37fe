#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/admission/network_set.hpp"

#include <portico/address.hpp>

#include <vector>

namespace portico {

// The peers whose PROXY header an endpoint believes; none where it takes no header.
std::vector<Network> trusted_proxies(const EndpointConfig& config);

// What an endpoint expects of a PROXY header, and from whom. Immutable; any thread.
class ProxyPolicy {
 public:
  explicit ProxyPolicy(const EndpointConfig& config)
      : required_(config.proxy_protocol->mode == "require"), trust_(trusted_proxies(config)) {}

  bool required() const { return required_; }
  // A Unix peer is trusted: the permissions of the socket's file have let it come.
  bool trusts(const Address& peer) const { return peer.is_unix() || trust_.contains(peer.ip()); }

 private:
  bool required_;
  NetworkSet trust_;
};

}  // namespace portico
