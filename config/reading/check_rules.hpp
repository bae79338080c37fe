#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/diagnostics.hpp"

#include <portico/options/type.hpp>

namespace portico {

// Where the settings of one object stand in the file: in `node`, and where that says nothing, in `under` (the same part
// of endpoint_defaults). Either may be null.
struct Origin {
  const JsonNode* node = nullptr;
  const JsonNode* under = nullptr;

  Origin member(std::string_view name) const;
  Origin entry(std::size_t index) const;
  const JsonNode* there() const { return node != nullptr ? node : under; }
};

// After reading: finds what is required and missing, and asks the check() of every struct, at any depth. `place` is
// where a problem is shown if the object is nowhere in the file.
void check_rules(const OptionType& type, const void* object, const Origin& origin, std::size_t place, Path& path,
                 Diagnostics& findings);

}  // namespace portico
