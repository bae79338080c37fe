#pragma once

#include "config/documents/value_json.hpp"

#include <portico/options/type.hpp>

namespace portico {

// Whether the schema of a struct demands the members which must be there. An endpoint's settings may come from
// endpoint_defaults instead.
enum class Requirements { whole, part };

// The JSON Schema of a value of the type.
Json schema_of(const OptionType& type, Requirements completeness);

// The properties of a struct's rows, each with its description and, where it has one, its default, taken from `object`.
Json properties_of(const std::vector<OptionRow>& rows, const void* object, Requirements completeness);

// Only which members must be there, at any depth: for a condition. Null if none must.
Json requirements_of(const OptionType& type);

}  // namespace portico
