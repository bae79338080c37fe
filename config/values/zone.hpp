#pragma once

#include <string>

namespace portico {

// Returns true if this host has the zone of an IPv6 address: the name of an interface, or its number.
bool has_zone(const std::string& zone);

}  // namespace portico
