#include "program/host/descriptor_limit.hpp"

namespace portico {

std::optional<std::size_t> raise_descriptor_limit() { return std::nullopt; }

}  // namespace portico
