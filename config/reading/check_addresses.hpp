#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/diagnostics.hpp"
#include "config/settings/config.hpp"

#include <vector>

namespace portico {

// Reports addresses that are used twice, by two endpoints or by one, and zones that this host does not have. `nodes`
// are the endpoints' nodes in the file, in the order of config.endpoints, `path` is that of all of them.
void check_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Path& path,
                     Diagnostics& diagnostics);

// Warns of settings that have no effect on the addresses of their endpoint: rules on client addresses if it has only
// Unix sockets, whose clients have no address, and `unix_socket` without a socket file. Settings in endpoint_defaults
// are not reported, since they may be meant for other endpoints.
void warn_unused_settings(const Config& config, const std::vector<const JsonNode*>& nodes, Path& path,
                          Diagnostics& diagnostics);

}  // namespace portico
