#include "config/reading/env.hpp"

#include <cstdlib>

namespace portico {

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace portico
