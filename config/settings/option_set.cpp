#include "config/values/examples.hpp"
#include "config/values/value_text.hpp"

#include <portico/options.hpp>

#include <fmt/format.h>

#include <functional>
#include <set>

namespace portico {
namespace {

struct NoOptions {
  static constexpr auto describe() { return options(); }
};

bool equal_values(const OptionType& type, const void* left, const void* right) {
  if (type.kind == OptionKind::structure) {
    for (const OptionRow& row : type.rows) {
      if (!equal_values(row.type, row.at(left), row.at(right))) return false;
    }
    return true;
  }
  if (type.children == nullptr) return type.load(left) == type.load(right);
  const auto left_children = type.children(left);
  const auto right_children = type.children(right);
  if (left_children.size() != right_children.size()) return false;
  for (std::size_t i = 0; i < left_children.size(); ++i) {
    const auto& a = left_children[i];
    const auto& b = right_children[i];
    if (a.key != b.key || a.index != b.index) return false;
    const OptionType& element =
        type.kind == OptionKind::one_of ? type.element_types[a.index] : type.element_types.front();
    if (!equal_values(element, a.object, b.object)) return false;
  }
  return true;
}

// Adds the error of a required option that documents can show no valid value of.
void check_example(const OptionType& type, const std::string& name, std::vector<std::string>& errors) {
  if (type.load != nullptr) {
    const std::string& example = type.limits.example;
    const bool is_unreadable = !example.empty() && !value_from_text(type, example).value;
    if (!is_unreadable && is_valid_value(type, example_value(type))) return;
    errors.push_back(fmt::format(
        "{}: {}", name,
        example.empty() ? "is required and needs an example()" : fmt::format("the example {}", expected_text(type))));
  } else if (!type.element_types.empty()) {
    check_example(type.element_types.front(), name, errors);
  }
}

void check_description(const OptionType& type, const void* object, const std::string& name,
                       std::vector<std::string>& errors);

// Adds the errors of a struct: two rows with one name or for one member, an order that is not the struct's.
void check_rows(const std::vector<OptionRow>& rows, const void* object, const std::string& name,
                std::vector<std::string>& errors) {
  std::set<std::string> names;
  const OptionRow* previous = nullptr;
  for (const OptionRow& row : rows) {
    const std::string inner = name.empty() ? row.name : name + "." + row.name;
    if (!names.insert(row.name).second) errors.push_back(inner + ": described twice");
    if (row.name.empty() || row.help.empty()) errors.push_back(inner + ": has no name or no help");
    if (previous != nullptr && row.at(object) == previous->at(object)) {
      errors.push_back(fmt::format("{}: fills the same member as \"{}\"", inner, previous->name));
    } else if (previous != nullptr && std::less<>()(row.at(object), previous->at(object))) {
      errors.push_back(fmt::format("{}: comes after \"{}\", but before it in the struct", inner, previous->name));
    }
    if (row.type.limits.required)
      check_example(row.type, inner, errors);
    else
      check_description(row.type, row.at(object), inner, errors);
    previous = &row;
  }
}

// Adds the errors of a compound: too few or too many entries by default, and those of its elements. A struct that the
// default has no element of is checked all the same.
void check_elements(const OptionType& type, const void* object, const std::string& name,
                    std::vector<std::string>& errors) {
  const OptionLimits& limits = type.limits;
  const auto children = type.children(object);
  const bool counts = type.kind == OptionKind::array || type.kind == OptionKind::map;
  if (counts && limits.max_size && (children.size() < *limits.min_size || children.size() > *limits.max_size)) {
    errors.push_back(fmt::format("{}: the default has {} entries", name, children.size()));
  }
  std::set<std::size_t> present;
  for (const OptionType::Child& child : children) {
    const std::size_t index = type.kind == OptionKind::one_of ? child.index : 0;
    present.insert(index);
    check_description(type.element_types[index], child.object, name, errors);
  }
  for (std::size_t index = 0; index < type.element_types.size(); ++index) {
    const OptionType& element = type.element_types[index];
    if (element.make != nullptr && !present.contains(index)) {
      check_description(element, element.make().get(), name, errors);
    }
  }
}

// Adds the errors in the description of one option, such as a default that the file could not give it.
void check_description(const OptionType& type, const void* object, const std::string& name,
                       std::vector<std::string>& errors) {
  if (type.kind == OptionKind::structure) return check_rows(type.rows, object, name, errors);
  const OptionLimits& limits = type.limits;
  if (limits.min && limits.max && *limits.min > *limits.max)
    errors.push_back(name + ": its minimum is larger than its maximum");
  if (type.children != nullptr) return check_elements(type, object, name, errors);
  if (const TextForm* form = limits.form; form != nullptr) {
    if (type.kind != OptionKind::string) return errors.push_back(name + ": only a string can have a form");
    if (form->description == nullptr || form->is_valid == nullptr || form->pattern == nullptr)
      return errors.push_back(name + ": its form has no description, no is_valid or no pattern");
  }
  const OptionValue value = type.load(object);
  const auto error = is_named_value(type, value) ? std::nullopt : limit_error(type, value);
  if (error) errors.push_back(fmt::format("{}: the default {}", name, *error));
}

}  // namespace

OptionSet::OptionSet() : OptionSet(of<NoOptions>()) {}

bool OptionSet::equal(const void* left, const void* right) const { return equal_values(*type_, left, right); }

std::vector<std::string> OptionSet::self_check() const {
  std::vector<std::string> errors;
  check_description(*type_, make().get(), {}, errors);
  return errors;
}

}  // namespace portico
