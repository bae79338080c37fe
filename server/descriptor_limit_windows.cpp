#include "server/descriptor_limit.hpp"

namespace portico {

void raise_descriptor_limit() {}

}  // namespace portico
