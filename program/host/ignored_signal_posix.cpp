#include "program/host/ignored_signal.hpp"

#include <csignal>

namespace portico {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace portico
