#include "program/host/service_manager.hpp"

namespace portico {

void notify_service_manager(std::string_view) {}

}  // namespace portico
