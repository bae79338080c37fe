#pragma once

#include <portico/options/type.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace portico {

class Path;

using Json = nlohmann::ordered_json;
using SubstitutedTexts = std::map<std::string, std::string>;

// What a file says to give an object's options the values they have. Values at paths that `substituted` knows are
// written as it has them: "${env:PORT}".
Json to_json(const OptionType& type, const void* object, Path& path, const SubstitutedTexts& substituted);

// JSON text as a file has it, with a line end at its end.
std::string to_text(const Json& json);

}  // namespace portico
