#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/admission/network_set.hpp"

#include <portico/address.hpp>

#include <vector>

namespace portico {

// Returns the networks whose PROXY header an endpoint believes; none if it accepts no header.
std::vector<Network> trusted_proxies(const EndpointConfig& config);

// The PROXY header that an endpoint expects, and its trusted proxies. Immutable; any thread.
class ProxyPolicy {
 public:
  explicit ProxyPolicy(const EndpointConfig& config)
      : required_(config.proxy_protocol->mode == "require"), trust_(trusted_proxies(config)) {}

  bool required() const { return required_; }
  // A Unix peer is trusted: the permissions of the socket's file have admitted it.
  bool trusts(const Address& peer) const { return peer.is_unix() || trust_.contains(peer.ip()); }

 private:
  bool required_;
  NetworkSet trust_;
};

}  // namespace portico
