#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Returns the one of `known` that `text` was probably meant to be, or nothing if none is close.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known);

// Makes untrusted text safe to print: in double quotes, with control characters and quotes escaped, and shortened.
std::string quote(std::string_view text);

// Returns the text with its control characters escaped: a line of output must not end in it, nor a terminal obey it.
std::string escape_control_characters(std::string_view text);

// Returns "a, b or c"; with a comma before the "or" if one of the texts contains an "or" or a comma.
std::string join_or(const std::vector<std::string>& texts);

}  // namespace portico
