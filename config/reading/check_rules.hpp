#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/reader.hpp"

#include <portico/options/type.hpp>

namespace portico {

// The nodes in the file that set one object: `node`, and for settings that are not in it, `fallback` (the same part of
// endpoint_defaults). Either may be null.
struct Origin {
  const JsonNode* node = nullptr;
  const JsonNode* fallback = nullptr;

  Origin member(std::string_view name) const;
  Origin entry(std::size_t index) const;
  const JsonNode* effective() const { return node != nullptr ? node : fallback; }
};

// Reports missing required settings, and runs the check() of every struct, at any depth. Called after reading, with the
// path of the object in the reader. `offset` is the position of a problem if the object is not in the file.
void check_rules(const OptionType& type, const void* object, const Origin& origin, std::size_t offset, Reader& reader);

}  // namespace portico
