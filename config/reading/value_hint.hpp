#pragma once

#include "config/json/json_node.hpp"

#include <portico/options/type.hpp>

#include <string>

namespace portico {

// Whether a value of the kind can be a node of that kind. A substitution, a text that stands for any value, is not
// thought of here.
bool is_written_as(OptionKind kind, JsonNode::Kind node);

// Whether JSON writes a value of the kind without quotes.
bool is_bare_kind(OptionKind kind);

// What a node that is written the wrong way was probably meant to be: `"500/s"` for 500; empty if nothing is likely.
// `spelled` is the node as the file has it.
std::string meant_by(const OptionType& type, const JsonNode& node, const std::string& spelled);

}  // namespace portico
