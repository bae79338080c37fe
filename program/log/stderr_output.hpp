#pragma once

#include "program/log/log.hpp"

namespace portico {

// Returns an output to the process's standard error. Writes unbuffered and bypasses the C library, which on Windows
// would hold lines back and turn "\n" into "\r\n". Each line is written whole or not at all (LineWriter). From
// then on a closed pipe (SIGPIPE) and a file that may not grow (SIGXFSZ) do not end the process.
LogOutput stderr_output();

}  // namespace portico
