#pragma once

#include "program/log/log.hpp"

namespace portico {

// Returns an output to the process's standard error. Writes unbuffered and bypasses the C library, which on Windows
// would hold lines back and turn "\n" into "\r\n". Lines are dropped once the output fails for good (a closed pipe).
LogOutput stderr_output();

}  // namespace portico
