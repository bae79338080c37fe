#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/reader.hpp"
#include "config/settings/config.hpp"

#include <portico/options.hpp>

#include <span>
#include <vector>

namespace portico {

// Returns the type of an endpoint, whose handler is one of these.
OptionType endpoint_type(std::span<const HandlerDescription> handlers);

// Returns the rows of endpoint_defaults: the settings that endpoints can have in common.
std::vector<OptionRow> endpoint_default_rows();

// Reads and checks the whole file. Adds problems and warnings to the reader's diagnostics.
Config read_config(Reader& reader, const JsonNode& root, std::span<const HandlerDescription> handlers);

}  // namespace portico
