#include "program/host/standard_descriptors.hpp"

namespace portico {

// Standard handles are kept apart from the numbers of other files.
void open_standard_descriptors() {}

}  // namespace portico
