#pragma once

#include <cstdint>
#include <string_view>

namespace portico {

// Reason why a client was refused; the `reason` of its `refused` event.
enum class Refusal : std::uint8_t {
  endpoint_full,  // endpoints.*.limits.connections
  server_full,    // limits.connections, or the capacity that the host's descriptors allow
  address_full,   // endpoints.*.limits.per_address
  denied,         // endpoints.*.accept.allow and deny
  rate,           // endpoints.*.accept.rate
  stopping,       // the server stops, and the client has waited for a slot or for the rate
};

// Returns the name of a refusal as the log writes it, for example "endpoint_full".
std::string_view to_string(Refusal refusal);

}  // namespace portico
