#include "config/documents/schema_type.hpp"

#include "config/reading/path.hpp"

#include <fmt/format.h>

namespace portico {
namespace {

// Regular expressions of ECMA-262, as JSON Schema has them. A substitution can stand for any value.
constexpr const char* substitution = R"(\$\{(env|file):[^}]+\})";
constexpr const char* plain_text = R"(^([^$]|\$(?!\{)|\$\$\{|\$\{(env|file):[^}]+\})*$)";
constexpr const char* octet = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
constexpr const char* port = "0*(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})";

std::string address_pattern() {
  const std::string v4 = fmt::format(R"({0}\.{0}\.{0}\.{0})", octet);
  return fmt::format(
      R"(^(unix:(?!@$)[^\u0000]{{1,107}}|({}|\[[0-9A-Fa-f:.]+(%[^\]]+)?\]|(?![0-9.]+:)[A-Za-z0-9_][A-Za-z0-9._-]*|):{})$)",
      v4, port);
}

std::string listen_address_pattern() {
  return fmt::format(R"(^(fd:[0-9]{{1,6}}|systemd:[!-9;-~]{{1,255}})$|{})", address_pattern());
}

std::string network_pattern() {
  const std::string v4 = fmt::format(R"({0}\.{0}\.{0}\.{0}(/([12]?[0-9]|3[0-2]))?)", octet);
  return fmt::format(R"(^({}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(/(1[01][0-9]|12[0-8]|[1-9]?[0-9]))?)$)", v4);
}

Json text_schema(const std::string& pattern) {
  return {{"type", "string"}, {"pattern", fmt::format("{}|{}", pattern, substitution)}};
}

// A value JSON has a type for: itself, or a text in which something is substituted.
Json bare_schema(const char* json_type, const OptionType& type) {
  Json schema = {{"type", {json_type, "string"}}, {"pattern", substitution}};
  if (type.kind == OptionKind::number) {
    if (type.limits.least_number) schema["minimum"] = *type.limits.least_number;
    if (type.limits.most_number) schema["maximum"] = *type.limits.most_number;
  } else if (type.kind != OptionKind::boolean) {
    if (type.limits.least) schema["minimum"] = *type.limits.least;
    if (type.limits.most) schema["maximum"] = *type.limits.most;
  }
  return schema;
}

Json free_text_schema(const OptionType& type) {
  Json schema = {{"type", "string"}, {"pattern", plain_text}};
  const bool is_file = type.kind != OptionKind::text;
  if (!type.limits.longest && !is_file) return schema;
  // The limits count bytes of UTF-8, the schema counts characters: it can only be the more generous one.
  if (is_file ? type.limits.required : *type.limits.shortest > 0) schema["minLength"] = 1;
  if (type.limits.longest) schema["maxLength"] = *type.limits.longest;
  return {{"anyOf", {schema, {{"type", "string"}, {"pattern", substitution}}}}};
}

Json with_words(const OptionType& type, Json other) {
  if (type.limits.words.empty()) return other;
  Json words = Json::array();
  for (const auto& [word, value] : type.limits.words) words.push_back(word);
  return {{"anyOf", {{{"enum", words}}, std::move(other)}}};
}

Json value_schema(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::boolean:
      return bare_schema("boolean", type);
    case OptionKind::integer:
      return bare_schema("integer", type);
    case OptionKind::number:
      return bare_schema("number", type);
    case OptionKind::choice:
      return {{"type", "string"}, {"pattern", substitution}};
    case OptionKind::duration:
      return text_schema("^[0-9]+(ms|s|m|h)$");
    case OptionKind::rate:
      return text_schema("^[0-9]+/(s|m|h)$");
    case OptionKind::byte_rate:
      return text_schema("^[0-9]+(B|KiB|MiB|GiB)/(s|m|h)$");
    case OptionKind::address:
      return text_schema(address_pattern());
    case OptionKind::listen_address:
      return text_schema(listen_address_pattern());
    case OptionKind::network:
      return text_schema(network_pattern());
    case OptionKind::size: {
      Json schema = bare_schema("integer", type);
      schema["pattern"] = fmt::format("^[0-9]+(B|KiB|MiB|GiB)$|{}", substitution);
      return schema;
    }
    default:
      return free_text_schema(type);
  }
}

Json list_schema(const OptionType& type, Requirements completeness) {
  const Json entry = schema_of(type.inner.front(), completeness);
  Json list = {{"type", "array"}, {"items", entry}};
  if (type.limits.longest) {
    list["minItems"] = *type.limits.shortest;
    list["maxItems"] = *type.limits.longest;
  }
  if (type.limits.or_single) return {{"anyOf", {entry, std::move(list)}}};
  return list;
}

Json or_null(Json schema) {
  const Json null = {{"type", "null"}};
  if (schema.size() != 1 || !schema.contains("anyOf")) return {{"anyOf", {std::move(schema), null}}};
  schema["anyOf"].push_back(null);
  return schema;
}

}  // namespace

Json schema_of(const OptionType& type, Requirements completeness) {
  switch (type.kind) {
    case OptionKind::list:
      return list_schema(type, Requirements::whole);
    case OptionKind::map:
      return {{"type", "object"}, {"additionalProperties", schema_of(type.inner.front(), completeness)}};
    case OptionKind::optional:
      return or_null(schema_of(type.inner.front(), completeness));
    case OptionKind::one_of: {
      Json alternatives = Json::array();
      for (const OptionType& inner : type.inner) alternatives.push_back(schema_of(inner, Requirements::whole));
      return {{"anyOf", std::move(alternatives)}};
    }
    case OptionKind::structure: {
      const auto defaults = type.make();
      Json schema = {{"type", "object"},
                     {"properties", properties_of(type.rows, defaults.get(), completeness)},
                     {"additionalProperties", false}};
      Json required = Json::array();
      for (const OptionRow& row : type.rows) {
        if (row.type.limits.required) required.push_back(row.name);
      }
      if (completeness == Requirements::whole && !required.empty()) schema["required"] = std::move(required);
      return schema;
    }
    default:
      return with_words(type, value_schema(type));
  }
}

Json properties_of(const std::vector<OptionRow>& rows, const void* object, Requirements completeness) {
  Json properties = Json::object();
  for (const OptionRow& row : rows) {
    Json property = {{"description", row.help}};
    Path path;
    if (!row.type.limits.shown_default.empty())
      property["default"] = row.type.limits.shown_default;
    else if (!row.type.limits.required)
      property["default"] = to_json(row.type, row.of(object), path, {});
    property.update(schema_of(row.type, completeness));
    properties[row.name] = std::move(property);
  }
  return properties;
}

Json requirements_of(const OptionType& type) {
  if (type.kind == OptionKind::optional) {
    Json inner = requirements_of(type.inner.front());
    return inner.is_null() ? inner : or_null(std::move(inner));
  }
  if (type.kind == OptionKind::map) {
    Json inner = requirements_of(type.inner.front());
    return inner.is_null() ? inner : Json{{"additionalProperties", std::move(inner)}};
  }
  if (type.kind != OptionKind::structure) return nullptr;
  Json required = Json::array();
  Json properties = Json::object();
  for (const OptionRow& row : type.rows) {
    if (row.type.limits.required) required.push_back(row.name);
    if (Json inner = requirements_of(row.type); !inner.is_null()) properties[row.name] = std::move(inner);
  }
  if (required.empty() && properties.empty()) return nullptr;
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

}  // namespace portico
