#include "config/documents/example_json.hpp"

#include "config/reading/path.hpp"
#include "config/values/examples.hpp"

#include <algorithm>
#include <cstddef>

namespace portico {
namespace {

bool is_count_allowed(const OptionType& type, std::size_t count) {
  const OptionLimits& limits = type.limits;
  return !limits.max_size || (count >= *limits.min_size && count <= *limits.max_size);
}

bool is_empty(const OptionValue& value) {
  return value == OptionValue(std::string()) || value == OptionValue(SocketAddress());
}

// Returns true if what the object has may be in a file, and means something.
bool is_usable(const OptionType& type, const void* object) {
  if (type.load != nullptr) return !is_empty(type.load(object)) && is_valid_value(type, type.load(object));
  if (type.children == nullptr) return true;
  const auto children = type.children(object);
  if (type.kind == OptionKind::array || type.kind == OptionKind::map) return is_count_allowed(type, children.size());
  if (children.empty()) return false;
  const OptionType::Child& child = children.front();
  return is_usable(type.element_types[type.kind == OptionKind::one_of ? child.index : 0], child.object);
}

Json member_json(const OptionRow& row, const void* object) {
  const OptionType& type = row.type;
  const bool needs_example = type.limits.required && (!type.limits.example.empty() || !is_usable(type, row.at(object)));
  return needs_example ? example_json(type) : to_json_with_examples(type, row.at(object));
}

}  // namespace

Json to_json_with_examples(const OptionType& type, const void* object) {
  if (type.kind == OptionKind::structure) {
    Json members = Json::object();
    for (const OptionRow& row : type.rows) members[row.name] = member_json(row, object);
    return members;
  }
  if (type.children == nullptr) return value_to_json(type, type.load(object));
  Json all = type.kind == OptionKind::map ? Json::object() : Json::array();
  for (const OptionType::Child& child : type.children(object)) {
    const std::size_t alternative = type.kind == OptionKind::one_of ? child.index : 0;
    Json value = to_json_with_examples(type.element_types[alternative], child.object);
    if (type.kind == OptionKind::map)
      all[child.key] = std::move(value);
    else
      all.push_back(std::move(value));
  }
  const bool is_list = type.kind == OptionKind::array || type.kind == OptionKind::map;
  if (is_list) return all;
  return all.empty() ? Json() : all.front();
}

Json example_json(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::structure:
      return to_json_with_examples(type, type.make().get());
    case OptionKind::array:
    case OptionKind::map: {
      const bool is_map = type.kind == OptionKind::map;
      Json all = is_map ? Json::object() : Json::array();
      const Json entry = example_json(type.element_types.front());
      for (std::size_t i = 0; i < std::max<std::size_t>(1, type.limits.min_size.value_or(1)); ++i) {
        if (is_map)
          all[i == 0 ? "example" : "example" + std::to_string(i + 1)] = entry;
        else
          all.push_back(entry);
      }
      return all;
    }
    case OptionKind::optional:
    case OptionKind::one_of:
      return example_json(type.element_types.front());
    default:
      return value_to_json(type, example_value(type));
  }
}

}  // namespace portico
