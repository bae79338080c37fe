#pragma once

#include "config/settings/config.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// The number of connections that fit into the descriptors of this process. A connection takes one descriptor; so do
// listening sockets and accepted clients that wait for a slot, and each worker needs a few. The functions are pure.
// `descriptors` is the limit of the process (raise_descriptor_limit()), nullopt if the host sets none.

// The default of `limits.connections` where the host sets no limit or a higher one.
inline constexpr std::size_t max_automatic = 1'000'000;

// Ways in which an operator lets a process have more descriptors.
inline constexpr std::string_view how_to_allow = "ulimit -n, LimitNOFILE= of systemd, docker run --ulimit nofile=";

// Returns the number of connections that fit into `descriptors`, at least 8. Descriptors that are always in use are
// reserved, and those that are needed in bursts too; where few are left, bursts get at most half of them.
std::size_t max_connections_for(const Config& config, std::size_t workers, std::size_t descriptors);

// Returns the reason why the server must not start with these settings, if there is one: `limits.connections` does not
// fit, or not even the workers and listening sockets do. A limit in observe mode does not have to fit.
std::optional<std::string> capacity_error(const Config& config, std::size_t workers,
                                          std::optional<std::size_t> descriptors);

// Returns the connection limit of the whole process, which admission enforces: `limits.connections`, or
// max_connections_for() if that is unset or in observe mode. Throws StartError with the text of capacity_error().
std::size_t resolve_connection_limit(const Config& config, std::size_t workers, std::optional<std::size_t> descriptors);

}  // namespace portico
