#pragma once

#include <csignal>

namespace portico {

// Returns true if the process ignores a signal. The program that started it expects it to stay so: `nohup` does it
// with SIGHUP, a shell with SIGINT of a script's background job (POSIX, "Asynchronous Lists"). Only on POSIX.
inline bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace portico
