#pragma once

#include "config/settings/config.hpp"

#include <asio/io_context.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace portico {

// Connects from this host to every listen address of a configuration, to all at the same time. One that means every
// address of the host is reached over loopback. Endpoints of the handler `health` are also asked over HTTP, unless they
// speak TLS or want a PROXY header.
//
// Runs `context` for `patience` and a little more. Returns what is not well, a line for each address in the order of
// the file. A name that is still being looked up then holds a thread: `context` has not stopped and cannot be
// destroyed.
std::vector<std::string> check_health(asio::io_context& context, const Config& config,
                                      std::chrono::milliseconds patience);

// The addresses that check_health() leaves out, inherited sockets, with the reason; a line each.
std::vector<std::string> not_checked(const Config& config);

}  // namespace portico
