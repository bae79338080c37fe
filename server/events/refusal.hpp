#pragma once

#include <cstdint>
#include <string_view>

namespace portico {

// Why a client was not let in; the `reason` of its `refused` event.
enum class Refusal : std::uint8_t {
  endpoint_full,  // endpoints.*.limits.connections
  server_full,    // limits.connections, or as many as the host's descriptors allow
  address_full,   // endpoints.*.limits.per_address
  denied,         // endpoints.*.accept.allow and deny
  rate,           // endpoints.*.accept.rate
};

// The name of a refusal as the log writes it, for example "endpoint_full".
std::string_view to_string(Refusal refusal);

}  // namespace portico
