#include "program/host/processors.hpp"

#include <algorithm>
#include <cmath>

namespace portico {

std::size_t workers_for(int setting, const Processors& processors) {
  if (setting != 0) return static_cast<std::size_t>(setting);
  auto count = static_cast<double>(processors.usable);
  if (processors.quota) count = std::min(count, std::ceil(*processors.quota));
  return static_cast<std::size_t>(std::max(1.0, count));
}

}  // namespace portico
