#include "config/reading/reader.hpp"

#include "config/reading/value_hint.hpp"
#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

namespace portico {
namespace {

constexpr std::size_t max_key_bytes = 256;

const OptionRow* find_row(const std::vector<OptionRow>& rows, std::string_view name) {
  for (const OptionRow& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Returns true if a struct of the type has an option of this name.
bool has_inner(const OptionType& type, std::string_view name) {
  const bool wraps = type.kind == OptionKind::optional || type.kind == OptionKind::one_of;
  if (!wraps) return find_row(type.rows, name) != nullptr;
  return std::any_of(type.element_types.begin(), type.element_types.end(),
                     [&](const auto& inner) { return has_inner(inner, name); });
}

// Returns the structs among the rows that have an option of this name, since a missing level is a common mistake.
std::vector<std::string> rows_with_inner(const std::vector<OptionRow>& rows, std::string_view name) {
  std::vector<std::string> outer;
  for (const OptionRow& row : rows) {
    if (has_inner(row.type, name)) outer.push_back(fmt::format("\"{}\"", row.name));
  }
  return outer;
}

// Returns the range of the settings at or inside a path.
template <typename Settings>
auto settings_inside(Settings& settings, const Path& outer) {
  const auto first = settings.lower_bound(outer.key());
  return std::pair(first, std::find_if_not(first, settings.end(), [&](const auto& setting) {
                     return setting.first.starts_with(outer.key());
                   }));
}

}  // namespace

HiddenValues hidden_values(const SubstitutedSettings& settings, const Path& outer) {
  HiddenValues values;
  const auto [first, last] = settings_inside(settings, outer);
  std::for_each(first, last, [&](const auto& entry) {
    if (entry.second.is_plain) return;
    for (const HiddenText& hidden : entry.second.hidden) values.add(hidden);
  });
  return values;
}

void Reader::read(const OptionType& type, const JsonNode& node, void* object) {
  // These are read over what they already have, such as what endpoint_defaults has set; the others replace it.
  const bool is_merged =
      type.kind == OptionKind::structure || type.kind == OptionKind::map || type.kind == OptionKind::optional;
  if (!is_merged) clear_substitutions();
  switch (type.kind) {
    case OptionKind::structure:
      if (expect_object(node)) read_members(type.rows, node, object);
      break;
    case OptionKind::array:
      read_array(type, node, object);
      break;
    case OptionKind::map:
      read_map(type, node, object);
      break;
    case OptionKind::optional:
      read_optional(type, node, object);
      break;
    case OptionKind::one_of:
      read_one_of(type, node, object);
      break;
    default:
      read_value(type, node, object);
  }
}

bool Reader::expect_object(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::object) return true;
  report(node, "must be an object");
  return false;
}

std::vector<const JsonNode*> Reader::distinct_members(const JsonNode& node) {
  std::vector<const JsonNode*> distinct;
  std::set<std::string_view> seen;
  for (const JsonNode& member : node.children) {
    if (member.key.size() > max_key_bytes) {
      diagnostics_.add(
          member.key_offset, path_,
          fmt::format("a key of {} bytes is longer than the maximum of {}", member.key.size(), max_key_bytes));
      continue;
    }
    if (seen.insert(member.key).second) {
      distinct.push_back(&member);
      continue;
    }
    const auto step = path_.enter(member.key);
    diagnostics_.add(member.key_offset, path_, "duplicate key; remove one of the two");
  }
  return distinct;
}

void Reader::read_members(const std::vector<OptionRow>& rows, const JsonNode& node, void* object,
                          std::initializer_list<std::string_view> reserved) {
  for (const JsonNode* member : distinct_members(node)) {
    const auto step = path_.enter(member->key);
    if (const OptionRow* row = find_row(rows, member->key)) {
      read(row->type, *member, row->at(object));
    } else if (std::find(reserved.begin(), reserved.end(), member->key) == reserved.end()) {
      unknown_member(*member, rows, reserved);
    }
  }
}

void Reader::unknown_member(const JsonNode& member, const std::vector<OptionRow>& rows,
                            std::initializer_list<std::string_view> reserved) {
  if (const auto outer = rows_with_inner(rows, member.key); !outer.empty())
    return diagnostics_.add(member.key_offset, path_,
                            fmt::format("unknown key here; it belongs inside {}", join_or(outer)));
  std::vector<std::string_view> known(reserved);
  for (const OptionRow& row : rows) known.push_back(row.name);
  std::string message = "unknown key";
  if (const auto near = nearest(member.key, known); !near.empty()) {
    message += fmt::format("; did you mean \"{}\"?", near);
  } else if (!known.empty()) {
    std::sort(known.begin(), known.end());
    message += fmt::format("; known: {}", fmt::join(known, ", "));
  } else {
    message += "; there are no options";
  }
  diagnostics_.add(member.key_offset, path_, message);
}

bool Reader::expect_count(const OptionType& type, const JsonNode& node) {
  const std::size_t count = node.children.size();
  const OptionLimits& limits = type.limits;
  if (!limits.max_size || (count >= *limits.min_size && count <= *limits.max_size)) return true;
  diagnostics_.add(node.offset, path_,
                   fmt::format("must have {} to {} entries, but has {}", *limits.min_size, *limits.max_size, count));
  return false;
}

void Reader::read_array(const OptionType& type, const JsonNode& node, void* object) {
  const bool single =
      type.limits.allow_scalar && node.kind != JsonNode::Kind::array && node.kind != JsonNode::Kind::null;
  if (!single && node.kind != JsonNode::Kind::array)
    return report(node, expected_text(type), suggest_value(type, node, shown(node)));
  type.clear(object);
  const OptionType inner = entry_type(type);
  if (single) return read(inner, node, type.add(object, {}, 0));
  if (!expect_count(type, node)) return;
  const std::size_t problems_before = diagnostics_.count();
  std::size_t index = 0;
  for (const JsonNode& entry : node.children) {
    const auto step = path_.enter(index++);
    read(inner, entry, type.add(object, {}, 0));
  }
  const bool of_structs = !inner.rows.empty();
  if (diagnostics_.count() > problems_before && !of_structs)
    type.clear(object);  // an incomplete array would mislead a struct's check()
}

void Reader::read_map(const OptionType& type, const JsonNode& node, void* object) {
  if (!expect_object(node) || !expect_count(type, node)) return;
  for (const JsonNode* member : distinct_members(node)) {
    const auto step = path_.enter(member->key);
    const auto error = type.limits.key_error == nullptr ? std::nullopt : type.limits.key_error(member->key);
    if (error) diagnostics_.add(member->key_offset, path_, fmt::format("the key {}", *error));
    read(type.element_types.front(), *member, type.add(object, member->key, 0));
  }
}

void Reader::read_optional(const OptionType& type, const JsonNode& node, void* object) {
  if (node.kind == JsonNode::Kind::null) {
    clear_substitutions();
    return type.clear(object);
  }
  read(type.element_types.front(), node, type.add(object, {}, 0));
}

// Selects the first alternative that accepts the node's JSON type. A substitution may write a number as a string.
void Reader::read_one_of(const OptionType& type, const JsonNode& node, void* object) {
  const bool substitutes = node.kind == JsonNode::Kind::string && has_substitution(node.string);
  const auto find = [&](auto fits) { return std::find_if(type.element_types.begin(), type.element_types.end(), fits); };
  auto found = find([&](const OptionType& inner) { return accepts(inner.kind, node.kind); });
  if (found == type.element_types.end() && substitutes)
    found = find([](const OptionType& inner) { return is_unquoted(inner.kind); });
  if (found == type.element_types.end())
    return report(node, expected_text(type), suggest_value(type, node, shown(node)));
  void* value = type.add(object, {}, static_cast<std::size_t>(found - type.element_types.begin()));
  if (found->kind == OptionKind::choice) return read_string(*found, node, value, type);
  read(*found, node, value);
}

void Reader::clear_substitutions() {
  const auto [first, last] = settings_inside(substituted_, path_);
  substituted_.erase(first, last);
}

}  // namespace portico
