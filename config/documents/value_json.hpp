#pragma once

#include "config/reading/reader.hpp"

#include <portico/options/type.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace portico {

class Path;

using Json = nlohmann::ordered_json;

// Returns an object's options as the JSON that sets them. A value whose path is in `substituted` is written as it is
// there: "${env:PORT}".
Json to_json(const OptionType& type, const void* object, Path& path, const SubstitutedSettings& substituted);

// Returns a value as the JSON that sets it.
Json value_to_json(const OptionType& type, const OptionValue& value);

// Returns JSON as the text of a file, which ends with a line end.
std::string to_text(const Json& json);

}  // namespace portico
