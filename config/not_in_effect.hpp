#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

namespace portico {

// Warns of each setting the file uses which is read and checked but changes nothing yet: once for each, where it is
// used first. The list is in not_in_effect.cpp.
void warn_of_settings_not_in_effect(const Node& root, Findings& findings);

}  // namespace portico
