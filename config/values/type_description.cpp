#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <vector>

namespace portico {
namespace {

constexpr std::string_view must_be = "must be ";

std::vector<std::string> quoted_names(const OptionType& type) {
  std::vector<std::string> names;
  for (const auto& [name, value] : type.limits.named_values) names.push_back(quote(name));
  return names;
}

std::string describe_size(const OptionLimits& limits, std::string_view unit) {
  return limits.max_size ? fmt::format(", {} to {} {}", *limits.min_size, *limits.max_size, unit) : std::string();
}

std::string describe_kind(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::boolean:
      return "true or false";
    case OptionKind::integer:
      return "integer" + describe_range(type);
    case OptionKind::number:
      return "number" + describe_range(type);
    case OptionKind::string:
      if (type.limits.form != nullptr) return type.limits.form->description;
      return "string" + describe_size(type.limits, "bytes");
    case OptionKind::path:
      return "file name";
    case OptionKind::pem:
      return "PEM file name or PEM text";
    case OptionKind::duration:
      return "duration" + describe_range(type);
    case OptionKind::size:
      return "size" + describe_range(type);
    case OptionKind::rate:
      return "rate" + describe_range(type);
    case OptionKind::byte_rate:
      return "rate of bytes" + describe_range(type);
    case OptionKind::address:
      return "address";
    case OptionKind::listen_address:
      return "address to listen on";
    case OptionKind::network:
      return "network";
    default:
      return "object";
  }
}

// Adds the forms of a value as a table of the reference shows them: "`"auto"`", "integer from 1 to 1024".
void add_descriptions(const OptionType& type, std::vector<std::string>& forms) {
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& alternative : type.element_types) add_descriptions(alternative, forms);
    return;
  }
  if (type.kind == OptionKind::array || type.kind == OptionKind::map) return forms.push_back(describe_type(type));
  if (type.kind != OptionKind::structure) {
    for (const std::string& name : quoted_names(type)) forms.push_back("`" + name + "`");
  }
  if (type.kind != OptionKind::choice) forms.push_back(describe_kind(type));
}

}  // namespace

std::string describe_range(const OptionType& type) {
  const OptionLimits& limits = type.limits;
  if (type.kind == OptionKind::number) {
    if (!limits.min_number || !limits.max_number) return {};
    return fmt::format(" from {} to {}", *limits.min_number, *limits.max_number);
  }
  if (!limits.max) return limits.min ? fmt::format(" of at least {}", *limits.min) : std::string();
  const auto show = [&](std::int64_t bound) {
    // Not by a name that the bound may have: "from none to 10" is not a range.
    if (type.kind == OptionKind::duration) return duration_to_text(bound);
    if (type.kind == OptionKind::size || type.kind == OptionKind::byte_rate) return size_to_text(bound);
    return fmt::format("{}", bound);
  };
  return fmt::format(" from {} to {}", show(limits.min.value_or(0)), show(*limits.max));
}

namespace {

// Returns "an object", with the members that it must have: "an object with "farewell"".
std::string object_form(const OptionType& type) {
  std::string form = "an object";
  for (const OptionRow& row : type.rows) {
    if (row.type.limits.required) form += (form.ends_with('"') ? " and " : " with ") + quote(row.name);
  }
  return form;
}

// Adds the forms of a value as a message shows them, "an integer from 1 to 1024"; of a one_of, those of all
// alternatives.
void add_forms(const OptionType& type, std::vector<std::string>& forms) {
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& alternative : type.element_types) add_forms(alternative, forms);
    return;
  }
  if (type.kind == OptionKind::optional) return add_forms(type.element_types.front(), forms);
  const auto add = [&forms](std::string form) { forms.push_back(std::move(form)); };
  if (type.kind != OptionKind::structure) {
    for (std::string& name : quoted_names(type)) add(std::move(name));
  }
  switch (type.kind) {
    case OptionKind::boolean:
      return add("true or false");
    case OptionKind::integer:
      return add("an integer" + describe_range(type));
    case OptionKind::number:
      return add("a number" + describe_range(type));
    case OptionKind::choice:
      return;
    case OptionKind::string:
      return add(type.limits.form != nullptr ? type.limits.form->description : "a string");
    case OptionKind::path:
      return add("the name of a file");
    case OptionKind::pem:
      return add("the name of a PEM file, or PEM text (\"-----BEGIN ...\")");
    case OptionKind::array: {
      const std::string entry = expected_text(type.element_types.front());
      return add(type.limits.allow_scalar ? entry.substr(must_be.size()) + ", or an array of them"
                                          : fmt::format("an array (each entry {})", entry));
    }
    case OptionKind::map:
    case OptionKind::structure:
      return add(object_form(type));
    default:
      // The others are strings; the error of their parser describes a valid one.
      return add(value_from_text(type, "").error.substr(must_be.size()));
  }
}

}  // namespace

std::string expected_text(const OptionType& type) {
  std::vector<std::string> forms;
  add_forms(type, forms);
  return std::string(must_be) + join_or(forms);
}

std::string describe_type(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::array: {
      const std::string array =
          fmt::format("array ({}){}", describe_type(type.element_types.front()), describe_size(type.limits, "entries"));
      return type.limits.allow_scalar ? fmt::format("{}, or an {}", describe_type(type.element_types.front()), array)
                                      : array;
    }
    case OptionKind::map:
      return fmt::format("object (for each name: {})", describe_type(type.element_types.front()));
    case OptionKind::optional:
      return describe_type(type.element_types.front());
    default:
      break;
  }
  std::vector<std::string> forms;
  add_descriptions(type, forms);
  return join_or(forms);
}

}  // namespace portico
