#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/reader.hpp"
#include "config/settings/config.hpp"

#include <portico/options.hpp>

#include <span>
#include <vector>

namespace portico {

// The type of an endpoint, whose handler is one of these.
OptionType endpoint_type(std::span<const HandlerDescription> handlers);

// The rows of endpoint_defaults: what endpoints can have in common.
std::vector<OptionRow> endpoint_default_rows();

// Reads and checks the whole file. Problems and warnings are in the reader's findings.
Config read_config(Reader& reader, const JsonNode& root, std::span<const HandlerDescription> handlers);

}  // namespace portico
