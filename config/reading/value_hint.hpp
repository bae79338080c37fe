#pragma once

#include "config/json/json_node.hpp"

#include <portico/options/type.hpp>

#include <string>

namespace portico {

// Returns true if a value of the kind may be written as that JSON type. Does not consider substitutions, which are
// strings for any kind.
bool accepts(OptionKind kind, JsonNode::Kind node);

// Returns true if JSON writes a value of the kind without quotes.
bool is_unquoted(OptionKind kind);

// Returns true if the option may have the value that this text means.
bool is_valid_text(const OptionType& type, const std::string& text);

// Suggests the value that a node of the wrong JSON type was probably meant to be, such as `"500/s"` for 500; empty if
// none is likely. `spelled` is the node as the file has it.
std::string suggest_value(const OptionType& type, const JsonNode& node, const std::string& spelled);

}  // namespace portico
