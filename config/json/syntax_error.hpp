#pragma once

#include "config/json/json_parser.hpp"

#include <cstddef>
#include <string_view>

namespace portico {

// Turns a parser error into a readable message. `stopped` is the offset after the last byte that the parser has read,
// `reason` is the parser's own message, of which only the stable parts are used.
SyntaxError explain_syntax(std::string_view text, std::size_t stopped, std::string_view reason);

}  // namespace portico
