#include "program/host/descriptor_limit.hpp"

namespace portico {

Descriptors raise_descriptor_limit() { return {}; }

}  // namespace portico
