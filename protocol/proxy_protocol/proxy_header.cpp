#include "protocol/proxy_protocol/proxy_header.hpp"

#include "protocol/proxy_protocol/proxy_header_versions.hpp"

namespace portico {

ProxyHeaderStep parse_proxy_header(std::string_view bytes) {
  if (bytes.starts_with(proxy_signature_v1)) return parse_proxy_header_v1(bytes);
  if (bytes.starts_with(proxy_signature_v2)) return parse_proxy_header_v2(bytes);
  ProxyHeaderStep step;
  // The first byte that differs from both signatures decides.
  const bool may_be_header = proxy_signature_v1.starts_with(bytes) || proxy_signature_v2.starts_with(bytes);
  step.state = may_be_header ? ProxyHeaderStep::State::undecided : ProxyHeaderStep::State::absent;
  step.needed = bytes.size() + 1;
  return step;
}

}  // namespace portico
