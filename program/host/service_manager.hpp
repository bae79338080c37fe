#pragma once

#include <string_view>

namespace portico {

// Tells whoever started this process as a service how it is: "READY=1", "STOPPING=1" (sd_notify(3)). Without the
// environment's NOTIFY_SOCKET, or if nobody hears, nothing happens; never blocks. Windows has no such manager.
void tell_service_manager(std::string_view state);

}  // namespace portico
