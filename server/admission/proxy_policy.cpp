#include "server/admission/proxy_policy.hpp"

namespace portico {

std::vector<Network> trusted_proxies(const EndpointConfig& config) {
  const auto& proxy = config.proxy_protocol;
  return proxy && proxy->mode != "off" ? proxy->trust : std::vector<Network>();
}

}  // namespace portico
