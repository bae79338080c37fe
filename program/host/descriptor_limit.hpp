#pragma once

#include <cstddef>
#include <optional>

namespace portico {

// Lets this process have as many descriptors as the system allows it: the soft limit of open files is raised to the
// hard one (setrlimit(2)). Returns how many it may have from then on; nothing where there is no limit, as on Windows.
// Failure leaves the limit as it was.
std::optional<std::size_t> raise_descriptor_limit();

}  // namespace portico
