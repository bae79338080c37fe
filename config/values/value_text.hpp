#pragma once

#include "config/values/units.hpp"

#include <portico/options/type.hpp>

#include <string>
#include <string_view>

namespace portico {

// Understands a text as a value of the type, which holds one value. Limits are not looked at. Booleans, integers and
// numbers are understood too: a substitution can only give text.
Reading<OptionValue> value_from_text(const OptionType& type, std::string_view text);

// The text for a value, without quotes: what value_from_text() understands.
std::string value_to_text(const OptionType& type, const OptionValue& value);

// Whether the file has a word for the value.
bool is_word(const OptionType& type, const OptionValue& value);

// Whether JSON writes such a value without quotes.
bool is_bare(const OptionType& type, const OptionValue& value);

// What would be right, in words: "must be a whole number from 1 to 1024".
std::string expectation(const OptionType& type);

// " from 1 to 1024"; empty for a type without limits.
std::string range_in_words(const OptionType& type);

// The type in words, for a document: "list of networks, 0 to 32 entries".
std::string type_in_words(const OptionType& type);

// What is wrong with a value by the type's limits: "must be from 1s to 1h"; empty if nothing.
std::string limit_fault(const OptionType& type, const OptionValue& value);

}  // namespace portico
