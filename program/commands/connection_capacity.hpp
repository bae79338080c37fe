#pragma once

#include "config/settings/config.hpp"
#include "program/host/descriptor_limit.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// The number of connections that fit into the descriptors of this process. A connection takes one descriptor; so do
// listening sockets and accepted clients that wait for a slot, and each worker needs a few. The functions are pure.

// The default of `limits.connections` where the host sets no limit or a higher one.
inline constexpr std::size_t max_automatic = 1'000'000;

// Ways in which an operator lets a process have more descriptors.
inline constexpr std::string_view how_to_allow = "ulimit -n, LimitNOFILE= of systemd, docker run --ulimit nofile=";

// Returns the number of connections that fit into `limit` descriptors, `open` of which are in use before the start.
// Descriptors that are always in use are reserved, and those that are needed in bursts too; where few are left, bursts
// get at most half of them. Where there are hardly any, up to 8 connections use all but one of what the server itself
// leaves.
std::size_t max_connections_for(const Config& config, std::size_t workers, std::size_t limit, std::size_t open);

// Returns the reason why the server must not start with these settings, if there is one: `limits.connections` does not
// fit, or not even the workers and listening sockets do. A limit in observe mode does not have to fit.
std::optional<std::string> capacity_error(const Config& config, std::size_t workers, const Descriptors& descriptors);

// Returns the connection limit of the whole process, which admission enforces: `limits.connections`, or
// max_connections_for() if that is unset or in observe mode. Throws StartError with the text of capacity_error().
std::size_t resolve_connection_limit(const Config& config, std::size_t workers, const Descriptors& descriptors);

}  // namespace portico
