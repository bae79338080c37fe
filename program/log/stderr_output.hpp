#pragma once

#include "program/log/log.hpp"

namespace portico {

// The process's standard error: written at once, past the C library, whose buffers on Windows would keep lines back
// and turn "\n" into "\r\n". Output that fails for good (a closed pipe) is dropped.
LogOutput standard_error();

}  // namespace portico
