#pragma once

#include <portico/options/type.hpp>

namespace portico {

// Returns a value for documents of an option that must be in the file and has no usable default, of a type that holds
// one value: its example(), or one that its kind and its limits suggest. Invalid only if the example is, or if the type
// has a form() and no example; then OptionSet::self_check() reports it.
OptionValue example_value(const OptionType& type);

// Returns true if the option may have the value.
bool is_valid_value(const OptionType& type, const OptionValue& value);

}  // namespace portico
