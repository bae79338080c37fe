#include "config/documents/value_json.hpp"

#include "config/reading/path.hpp"
#include "config/reading/substitution.hpp"
#include "config/values/value_text.hpp"

namespace portico {
namespace {

Json array_to_json(const OptionType& type, const void* object, Path& path, const SubstitutedSettings& substituted) {
  Json array = Json::array();
  for (const OptionType::Child& child : type.children(object)) {
    const auto step = path.enter(child.index);
    array.push_back(to_json(type.element_types.front(), child.object, path, substituted));
  }
  return array;
}

Json map_to_json(const OptionType& type, const void* object, Path& path, const SubstitutedSettings& substituted) {
  Json map = Json::object();
  for (const OptionType::Child& child : type.children(object)) {
    const auto step = path.enter(child.key);
    map[child.key] = to_json(type.element_types.front(), child.object, path, substituted);
  }
  return map;
}

}  // namespace

Json value_to_json(const OptionType& type, const OptionValue& value) {
  if (!is_unquoted(type, value)) return escape_substitutions(value_to_text(type, value));
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  return std::get<double>(value);
}

Json to_json(const OptionType& type, const void* object, Path& path, const SubstitutedSettings& substituted) {
  if (const auto text = substituted.find(path.key()); text != substituted.end()) return text->second.spelled;
  switch (type.kind) {
    case OptionKind::structure: {
      Json members = Json::object();
      for (const OptionRow& row : type.rows) {
        const auto step = path.enter(row.name);
        members[row.name] = to_json(row.type, row.at(object), path, substituted);
      }
      return members;
    }
    case OptionKind::array:
      return array_to_json(type, object, path, substituted);
    case OptionKind::map:
      return map_to_json(type, object, path, substituted);
    case OptionKind::optional:
    case OptionKind::one_of: {
      const auto children = type.children(object);  // the value, or none
      if (children.empty()) return nullptr;
      return to_json(type.element_types[children.front().index], children.front().object, path, substituted);
    }
    default:
      return value_to_json(type, type.load(object));
  }
}

// Invalid UTF-8 is replaced: a handler's default need not be valid. Substituted values are not printed.
std::string to_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace portico
