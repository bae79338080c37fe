#pragma once

#include "config/reading/load.hpp"

#include <portico/registry.hpp>

#include <filesystem>

namespace portico {

// Reads a configuration and writes its problems and warnings to stderr, one line each.
LoadResult load_and_report(const std::filesystem::path& file, const Registry& handlers);

}  // namespace portico
