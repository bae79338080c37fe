#pragma once

#include <cstddef>
#include <optional>

namespace portico {

// The processors that this process may use.
struct Processors {
  std::size_t usable = 1;       // by its affinity
  std::optional<double> quota;  // processor time for each second, of its container, service or job; nullopt: no limit
};

// Reads them. What cannot be read counts as no limit.
Processors read_processors();

// Returns the number of workers for the setting `workers`; 0: one for each processor that can be kept busy, where a
// part of a processor counts as one. Pure.
std::size_t workers_for(int setting, const Processors& processors);

}  // namespace portico
