#pragma once

#include <windows.h>

namespace portico {

// What the system calls, on a thread it makes for the purpose, when a console event comes. Declared for the tests,
// since nothing but a real host sends the close, logoff and shutdown events.
BOOL WINAPI on_console_event(DWORD event);

}  // namespace portico
