#pragma once

#include <cstddef>
#include <optional>

namespace portico {

// Raises the soft limit of open files to the hard one (setrlimit(2)). Returns the limit of this process from then on;
// nullopt where there is none, as on Windows. A failure leaves the limit as it was.
std::optional<std::size_t> raise_descriptor_limit();

}  // namespace portico
