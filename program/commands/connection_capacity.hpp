#pragma once

#include "config/settings/config.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace portico {

// How many connections this process can have. A connection is one descriptor; so are listening sockets and what each
// worker needs, and clients that were accepted and have no slot yet. Pure; `descriptors` is what the process may have
// (raise_descriptor_limit()), nothing: the host sets no limit.

// Where the host sets no limit, or a very high one, unset `limits.connections` means so many.
inline constexpr std::size_t most_fitted = 1'000'000;

// How many connections fit into `descriptors`, 8 at least. Set aside are what is always open, and what comes at peaks;
// where descriptors are few, peaks get no more than half of what is left beside the former.
std::size_t connections_that_fit(const Config& config, std::size_t workers, std::size_t descriptors);

// Why the server must not start with these settings: `limits.connections` does not fit, or not even workers and
// listening sockets do. Empty if all is well; a limit on trial does not have to fit.
std::string capacity_fault(const Config& config, std::size_t workers, std::optional<std::size_t> descriptors);

// The connections of the whole process at a time that admission must keep to: `limits.connections`; what fits if that
// is unset or on trial. Throws StartError with capacity_fault().
std::size_t process_limit(const Config& config, std::size_t workers, std::optional<std::size_t> descriptors);

}  // namespace portico
