#pragma once

#include "config/documents/value_json.hpp"

#include <portico/options/type.hpp>

namespace portico {

// Treatment of required members in the schema of a struct: enforced, or relaxed because an endpoint's settings may come
// from endpoint_defaults instead.
enum class Requirements { enforced, relaxed };

// Returns the JSON Schema of a value of the type.
Json schema_of(const OptionType& type, Requirements requirements);

// Returns the properties of a struct's rows, each with its description and, if it has one, its default, from `object`.
Json properties_of(const std::vector<OptionRow>& rows, const void* object, Requirements requirements);

// Returns a schema with only the required members, at any depth, for use in a condition; null if there are none.
Json requirements_of(const OptionType& type);

}  // namespace portico
