#pragma once

#include <stdexcept>

namespace portico {

// Failure to start the server. The text names the endpoint or the setting, and the reason.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace portico
