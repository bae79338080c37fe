#include "config/documents/schema_type.hpp"

#include "config/documents/example_json.hpp"
#include "config/reading/path.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>

namespace portico {
namespace {

// Regular expressions of ECMA-262, as JSON Schema requires. A substitution can replace any value.
constexpr const char* substitution = R"((^|[^$])\$\{(env|file):[^}]+\})";  // not after "$": "$${" is an escape
constexpr const char* plain_string = R"(^([^$]|\$(?!\{)|\$\$\{|\$\{(env|file):[^}]+\})*$)";
// What a file name cannot contain, and what else the name of a PEM file cannot, unless it is PEM text.
constexpr const char* no_zero = R"((?![\s\S]*\u0000))";
constexpr const char* one_line_or_pem = R"((?=[^\n]*$|[\s\S]*-----BEGIN))";
// With an escape, "$${", which makes a string longer in the file than its value.
constexpr const char* escaped_string = R"(^(?=[\s\S]*\$\$\{)([^$]|\$(?!\{)|\$\$\{|\$\{(env|file):[^}]+\})*$)";
constexpr const char* octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
constexpr const char* group = "[0-9A-Fa-f]{1,4}";  // of an IPv6 address
constexpr const char* port = "0*(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})";

std::string ipv4_pattern() { return fmt::format(R"({0}\.{0}\.{0}\.{0})", octet); }

// RFC 4291, section 2.2: eight groups, of which "::" can replace one or more, and IPv4 the last two.
std::string ipv6_pattern() {
  const std::string v4 = ipv4_pattern();
  std::string pattern = fmt::format("({0}:){{7}}{0}|({0}:){{6}}{1}", group, v4);
  for (int before = 0; before <= 7; ++before) {
    pattern += "|";
    if (before > 0) pattern += fmt::format("{0}(:{0}){{{1}}}", group, before - 1);
    pattern += "::";
    if (before <= 6) pattern += fmt::format("(({0}:){{0,{1}}}{0}", group, 6 - before);
    if (before <= 5) pattern += fmt::format("|({0}:){{0,{1}}}{2}", group, 5 - before, v4);
    if (before <= 6) pattern += ")?";
  }
  return "(" + pattern + ")";
}

std::string address_pattern() {
  return fmt::format(
      R"(^(unix:(?!@$)[^\u0000]{{1,107}}|({}|\[{}(%[^\]]+)?\]|(?![0-9.]+:)[A-Za-z0-9_][A-Za-z0-9._-]*|):{})$)",
      ipv4_pattern(), ipv6_pattern(), port);
}

std::string listen_address_pattern() {
  return fmt::format(R"(^(fd:[0-9]{{1,6}}|systemd:[!-9;-~]{{1,255}})$|^(?!fd:|systemd:){})",
                     address_pattern().substr(1));
}

std::string network_pattern() {
  return fmt::format(R"(^({}(/([12]?[0-9]|3[0-2]))?|{}(/(1[01][0-9]|12[0-8]|[1-9]?[0-9]))?)$)", ipv4_pattern(),
                     ipv6_pattern());
}

Json string_schema(const std::string& pattern) {
  return {{"type", "string"}, {"pattern", fmt::format("{}|{}", pattern, substitution)}};
}

// A value that JSON writes without quotes: itself, or a string with a substitution.
Json bare_schema(const char* json_type, const OptionType& type) {
  Json schema = {{"type", {json_type, "string"}}, {"pattern", substitution}};
  if (type.kind == OptionKind::number) {
    if (type.limits.min_number) schema["minimum"] = *type.limits.min_number;
    if (type.limits.max_number) schema["maximum"] = *type.limits.max_number;
  } else if (type.kind != OptionKind::boolean) {
    if (type.limits.min) schema["minimum"] = *type.limits.min;
    if (type.limits.max) schema["maximum"] = *type.limits.max;
  }
  return schema;
}

Json free_string_schema(const OptionType& type) {
  if (type.limits.form != nullptr) return string_schema(type.limits.form->pattern);
  Json schema = {{"type", "string"}, {"pattern", plain_string}};
  const bool is_file = type.kind != OptionKind::string;
  if (is_file)
    schema["pattern"] =
        fmt::format("^{}{}{}", no_zero, type.kind == OptionKind::pem ? one_line_or_pem : "", plain_string + 1);
  if (!type.limits.max_size && !is_file) return schema;
  // The limits count bytes of UTF-8, the schema counts characters, so the schema can only be the more generous one.
  if (is_file ? type.limits.required : *type.limits.min_size > 0) schema["minLength"] = 1;
  if (type.limits.max_size) schema["maxLength"] = *type.limits.max_size;
  const auto other = type.limits.max_size ? fmt::format("{}|{}", substitution, escaped_string) : substitution;
  return {{"anyOf", {schema, {{"type", "string"}, {"pattern", other}}}}};
}

Json with_named_values(const OptionType& type, Json other) {
  if (type.limits.named_values.empty()) return other;
  Json names = Json::array();
  for (const auto& [name, value] : type.limits.named_values) names.push_back(name);
  return {{"anyOf", {{{"enum", names}}, std::move(other)}}};
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
      return string_schema("^[0-9]+(ms|s|m|h)$");
    case OptionKind::rate:
      return string_schema("^[0-9]+/(s|m|h)$");
    case OptionKind::byte_rate:
      return string_schema("^[0-9]+(B|KiB|MiB|GiB)/(s|m|h)$");
    case OptionKind::address:
      return string_schema(address_pattern());
    case OptionKind::listen_address:
      return string_schema(listen_address_pattern());
    case OptionKind::network:
      return string_schema(network_pattern());
    case OptionKind::size: {
      Json schema = bare_schema("integer", type);
      schema["pattern"] = fmt::format("^[0-9]+(B|KiB|MiB|GiB)$|{}", substitution);
      return schema;
    }
    default:
      return free_string_schema(type);
  }
}

Json array_schema(const OptionType& type, Requirements requirements) {
  const Json entry = schema_of(entry_type(type), requirements);
  Json array = {{"type", "array"}, {"items", entry}};
  if (type.limits.max_size) {
    array["minItems"] = *type.limits.min_size;
    array["maxItems"] = *type.limits.max_size;
  }
  if (type.limits.allow_scalar) return {{"anyOf", {entry, std::move(array)}}};
  return array;
}

Json or_null(Json schema) {
  const Json null = {{"type", "null"}};
  if (schema.size() != 1 || !schema.contains("anyOf")) return {{"anyOf", {std::move(schema), null}}};
  schema["anyOf"].push_back(null);
  return schema;
}

}  // namespace

Json schema_of(const OptionType& type, Requirements requirements) {
  switch (type.kind) {
    case OptionKind::array:
      return array_schema(type, Requirements::enforced);
    case OptionKind::map:
      return {{"type", "object"}, {"additionalProperties", schema_of(type.element_types.front(), requirements)}};
    case OptionKind::optional:
      return or_null(schema_of(type.element_types.front(), requirements));
    case OptionKind::one_of: {
      Json alternatives = Json::array();
      for (const OptionType& alternative : type.element_types)
        alternatives.push_back(schema_of(alternative, Requirements::enforced));
      return {{"anyOf", std::move(alternatives)}};
    }
    case OptionKind::structure: {
      const auto defaults = type.make();
      Json schema = {{"type", "object"},
                     {"properties", properties_of(type.rows, defaults.get(), requirements)},
                     {"additionalProperties", false}};
      Json required = Json::array();
      for (const OptionRow& row : type.rows) {
        if (row.type.limits.required) required.push_back(row.name);
      }
      if (requirements == Requirements::enforced && !required.empty()) schema["required"] = std::move(required);
      return schema;
    }
    default:
      return with_named_values(type, value_schema(type));
  }
}

Json properties_of(const std::vector<OptionRow>& rows, const void* object, Requirements requirements) {
  Json properties = Json::object();
  for (const OptionRow& row : rows) {
    Json property = {{"description", row.help}};
    Path path;
    if (!row.type.limits.documented_default.empty())
      property["default"] = row.type.limits.documented_default;
    else if (!row.type.limits.required)
      property["default"] = to_json(row.type, row.at(object), path, {});
    if (!row.type.limits.example.empty()) property["examples"] = Json::array({example_json(row.type)});
    property.update(schema_of(row.type, requirements));
    properties[row.name] = std::move(property);
  }
  return properties;
}

Json requirements_of(const OptionType& type) {
  if (type.kind == OptionKind::optional) {
    Json inner = requirements_of(type.element_types.front());
    return inner.is_null() ? inner : or_null(std::move(inner));
  }
  if (type.kind == OptionKind::map) {
    Json inner = requirements_of(type.element_types.front());
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
