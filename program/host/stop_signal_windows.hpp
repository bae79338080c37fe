#pragma once

#include <windows.h>

namespace portico {

// Console event handler; the system calls it on a new thread for each event. Declared here for the tests: only a real
// host sends the close, logoff and shutdown events.
BOOL WINAPI on_console_event(DWORD event);

// The same for a process of `session`. A logoff stops the server only in an interactive session: services and
// containers (session 0) receive one when any user logs off (learn.microsoft.com, "HandlerRoutine callback function").
BOOL on_console_event_of(DWORD event, DWORD session);

}  // namespace portico
