#include <portico/build_guard.hpp>

namespace portico::detail {

const char PORTICO_BUILD_GUARD = 0;

}  // namespace portico::detail
