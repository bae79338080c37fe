#pragma once

#include <optional>
#include <string>

namespace portico {

// A variable of the process's environment, in UTF-8; nothing if it is not set.
std::optional<std::string> environment_variable(const std::string& name);

}  // namespace portico
