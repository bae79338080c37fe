#pragma once

namespace portico {

// Returns true if the process ignores a signal. The program that started it expects it to stay so: `nohup` does it
// with SIGHUP, a shell with SIGINT of a script's background job (POSIX, "Asynchronous Lists"). Never on Windows.
bool is_ignored(int signal);

}  // namespace portico
