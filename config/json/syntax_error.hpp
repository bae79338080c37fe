#pragma once

#include "config/json/json_parser.hpp"

#include <cstddef>
#include <string_view>

namespace portico {

// Says in words what is wrong where the parser gave up. `stopped` is the offset behind the last byte it has read,
// `reason` its own text, of which only the stable parts are looked at.
SyntaxError explain_syntax(std::string_view text, std::size_t stopped, std::string_view reason);

}  // namespace portico
