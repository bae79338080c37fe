#pragma once

#include <string_view>

namespace portico {

// Reports the state of this process to the service manager that started it: "READY=1", "STOPPING=1" (sd_notify(3)).
// Does nothing if NOTIFY_SOCKET is not set or nothing listens there, and on Windows. Never blocks.
void notify_service_manager(std::string_view state);

}  // namespace portico
