#include "config/documents/value_json.hpp"

#include "config/reading/path.hpp"
#include "config/reading/substitution.hpp"
#include "config/values/value_text.hpp"

namespace portico {
namespace {

Json scalar_to_json(const OptionType& type, const OptionValue& value) {
  if (!is_bare(type, value)) return escaped_for_substitution(value_to_text(type, value));
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  return std::get<double>(value);
}

Json list_to_json(const OptionType& type, const void* object, Path& path, const SubstitutedTexts& substituted) {
  Json list = Json::array();
  for (const OptionType::Part& part : type.parts(object)) {
    const auto step = path.enter(part.index);
    list.push_back(to_json(type.inner.front(), part.object, path, substituted));
  }
  return list;
}

Json map_to_json(const OptionType& type, const void* object, Path& path, const SubstitutedTexts& substituted) {
  Json map = Json::object();
  for (const OptionType::Part& part : type.parts(object)) {
    const auto step = path.enter(part.key);
    map[part.key] = to_json(type.inner.front(), part.object, path, substituted);
  }
  return map;
}

}  // namespace

Json to_json(const OptionType& type, const void* object, Path& path, const SubstitutedTexts& substituted) {
  if (const auto text = substituted.find(path.text()); text != substituted.end()) return text->second;
  switch (type.kind) {
    case OptionKind::structure: {
      Json members = Json::object();
      for (const OptionRow& row : type.rows) {
        const auto step = path.enter(row.name);
        members[row.name] = to_json(row.type, row.of(object), path, substituted);
      }
      return members;
    }
    case OptionKind::list:
      return list_to_json(type, object, path, substituted);
    case OptionKind::map:
      return map_to_json(type, object, path, substituted);
    case OptionKind::optional:
    case OptionKind::one_of:
      for (const OptionType::Part& part : type.parts(object)) {
        return to_json(type.inner[part.index], part.object, path, substituted);
      }
      return nullptr;
    default:
      return scalar_to_json(type, type.load(object));
  }
}

// What came from outside the file may be no UTF-8; it is not printed, but a handler's own default could be anything.
std::string to_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace portico
