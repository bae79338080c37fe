#pragma once

#include "config/documents/value_json.hpp"

#include <portico/options/type.hpp>

namespace portico {

// Returns an object's options as the JSON that sets them, and an example in place of each required one without a usable
// default, so that the file loads.
Json to_json_with_examples(const OptionType& type, const void* object);

// Returns the example of a required option.
Json example_json(const OptionType& type);

}  // namespace portico
