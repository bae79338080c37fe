#pragma once

#include <stdexcept>

namespace portico {

// The server could not start; the text names the endpoint or the setting, and the reason.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace portico
