#pragma once

#include <windows.h>

namespace portico {

// Console event handler; the system calls it on a new thread for each event. Declared here for the tests: only a real
// host sends the close, logoff and shutdown events.
BOOL WINAPI on_console_event(DWORD event);

// Returns false for an event that must not stop the server: services and containers (session 0) receive a logoff when
// any user logs off (learn.microsoft.com, "HandlerRoutine callback function"). In an interactive session it ends the
// process.
bool is_stop_request(DWORD event, DWORD session);

}  // namespace portico
