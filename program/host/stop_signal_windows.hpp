#pragma once

#include <windows.h>

namespace portico {

// Console event handler; the system calls it on a new thread for each event. Declared here for the tests: only a real
// host sends the close, logoff and shutdown events.
BOOL WINAPI on_console_event(DWORD event);

}  // namespace portico
