#pragma once

#include "config/settings/unix_socket_config.hpp"

#include <filesystem>

namespace portico {

// Throws std::runtime_error if this user may not create the file of a socket in its folder, or may not set its access.
void check_unix_socket_access(const std::filesystem::path& folder, const UnixSocketConfig& config);

}  // namespace portico
