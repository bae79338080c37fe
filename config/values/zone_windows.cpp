#include "config/values/zone.hpp"

namespace portico {

// Windows writes zones as numbers (ipconfig). Whether there is an interface of that number, the start shows.
bool has_zone(const std::string& zone) {
  return !zone.empty() && zone.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace portico
