#pragma once

#include <cstddef>
#include <optional>

namespace portico {

// The descriptors that this process may have.
struct Descriptors {
  std::optional<std::size_t> limit;  // nullopt: there is none, as on Windows
  std::size_t open = 3;              // those in use now, by us or inherited; at first the standard streams
};

// Raises the soft limit of open files to the hard one (setrlimit(2)), and counts those that are open. A failure leaves
// the limit as it was.
Descriptors raise_descriptor_limit();

}  // namespace portico
