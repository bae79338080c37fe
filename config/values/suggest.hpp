#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portico {

// The one of `known` which `text` was probably meant to be; empty if none is near.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known);

// Text of a stranger made fit to print: in double quotes, control characters and quotes escaped, shortened.
std::string in_quotes(std::string_view text);

// "a, b or c"; with a comma before the "or" if one of the texts has an "or" or a comma itself.
std::string joined_by_or(const std::vector<std::string>& texts);

}  // namespace portico
