#pragma once

#include "config/values/units.hpp"

#include <portico/options/type.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Parses a string as a value of a type that holds one value, without checking its limits. Booleans, integers and
// numbers are parsed too, because the result of a substitution is always a string.
ParseResult<OptionValue> value_from_text(const OptionType& type, std::string_view text);

// Returns the text of a value, without quotes; value_from_text() parses it.
std::string value_to_text(const OptionType& type, const OptionValue& value);

// Returns true if the type has a name for the value.
bool is_named_value(const OptionType& type, const OptionValue& value);

// Returns true if JSON writes the value without quotes.
bool is_unquoted(const OptionType& type, const OptionValue& value);

// Returns the text that describes a valid value: "must be an integer from 1 to 1024".
std::string expected_text(const OptionType& type);

// Returns " from 1 to 1024", or nothing for a type without limits.
std::string describe_range(const OptionType& type);

// Returns the description of a type in the reference: "array (network), 0 to 32 entries".
std::string describe_type(const OptionType& type);

// Returns the type of an array's entries. In an array that must be given, no entry may be an empty file name.
OptionType entry_type(const OptionType& array);

// Checks a value against the limits of its type. Returns "must be from 1s to 1h", or nothing for a valid value.
std::optional<std::string> limit_error(const OptionType& type, const OptionValue& value);

}  // namespace portico
