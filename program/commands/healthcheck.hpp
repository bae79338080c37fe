#pragma once

#include "config/settings/config.hpp"

#include <asio/io_context.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace portico {

// Result of a health check, one line for each address that has one, in the order of the file.
struct HealthReport {
  std::vector<std::string> failures;
  // Of endpoints that accept, and whose rules refuse this host. They are healthy.
  std::vector<std::string> notes;
};

// Connects from this host to every listen address of a configuration, concurrently. A wildcard address is reached over
// loopback. Endpoints of the handler `health` are also probed over HTTP, unless TLS or a PROXY header has to come
// first. A connection that is reset was accepted before.
//
// Runs `context` for `timeout` and up to 100 ms more. A name that is still being resolved then blocks a thread:
// `context` has not stopped and must not be destroyed.
HealthReport check_health(asio::io_context& context, const Config& config, std::chrono::milliseconds timeout);

// Returns one line for each address that check_health() skips (inherited sockets), with the reason.
std::vector<std::string> skipped_addresses(const Config& config);

}  // namespace portico
