#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/diagnostics.hpp"
#include "config/settings/config.hpp"

#include <vector>

namespace portico {

// Finds addresses which two endpoints, or one of them twice, want to listen on. `nodes` are the endpoints' in the file,
// in the order of config.endpoints.
void check_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& findings);

// Warns of settings of an endpoint that mean nothing where it listens: rules about a client's address on Unix sockets
// alone, whose clients have none, and `unix_socket` without a file. What endpoint_defaults says is meant for others.
void check_use_of_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& findings);

}  // namespace portico
