#include "config/reading/reader.hpp"

#include "config/reading/value_hint.hpp"
#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace portico {
namespace {

constexpr std::size_t longest_key = 256;

const OptionRow* find_row(const std::vector<OptionRow>& rows, std::string_view name) {
  for (const OptionRow& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Whether a struct of the type has an option of this name.
bool has_inner(const OptionType& type, std::string_view name) {
  const bool wraps = type.kind == OptionKind::optional || type.kind == OptionKind::one_of;
  if (!wraps) return find_row(type.rows, name) != nullptr;
  return std::any_of(type.inner.begin(), type.inner.end(), [&](const auto& inner) { return has_inner(inner, name); });
}

// The structs among the rows which have an option of this name: people forget a level.
std::vector<std::string> rows_with_inner(const std::vector<OptionRow>& rows, std::string_view name) {
  std::vector<std::string> outer;
  for (const OptionRow& row : rows) {
    if (has_inner(row.type, name)) outer.push_back(fmt::format("\"{}\"", row.name));
  }
  return outer;
}

}  // namespace

void Reader::read(const OptionType& type, const JsonNode& node, void* object) {
  if (type.kind != OptionKind::structure && type.kind != OptionKind::map) forget_substitutions();
  switch (type.kind) {
    case OptionKind::structure:
      if (expect_object(node)) read_members(type.rows, node, object);
      break;
    case OptionKind::list:
      read_list(type, node, object);
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
  wrong(node, "must be an object");
  return false;
}

std::vector<const JsonNode*> Reader::distinct_members(const JsonNode& node) {
  std::vector<const JsonNode*> distinct;
  std::set<std::string_view> seen;
  for (const JsonNode& member : node.children) {
    if (member.key.size() > longest_key) {
      findings_.add(member.key_offset, path_,
                    fmt::format("a key of {} bytes; the longest has {}", member.key.size(), longest_key));
      continue;
    }
    if (seen.insert(member.key).second) {
      distinct.push_back(&member);
      continue;
    }
    const auto step = path_.enter(member.key);
    findings_.add(member.key_offset, path_, "this key is already there; remove one of the two");
  }
  return distinct;
}

void Reader::read_members(const std::vector<OptionRow>& rows, const JsonNode& node, void* object,
                          std::initializer_list<std::string_view> others) {
  for (const JsonNode* member : distinct_members(node)) {
    const auto step = path_.enter(member->key);
    if (const OptionRow* row = find_row(rows, member->key)) {
      read(row->type, *member, row->of(object));
    } else if (std::find(others.begin(), others.end(), member->key) == others.end()) {
      unknown_member(*member, rows, others);
    }
  }
}

void Reader::unknown_member(const JsonNode& member, const std::vector<OptionRow>& rows,
                            std::initializer_list<std::string_view> others) {
  if (const auto outer = rows_with_inner(rows, member.key); !outer.empty())
    return findings_.add(member.key_offset, path_,
                         fmt::format("unknown key here; it belongs inside {}", joined_by_or(outer)));
  std::vector<std::string_view> known(others);
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
  findings_.add(member.key_offset, path_, message);
}

bool Reader::expect_count(const OptionType& type, const JsonNode& node) {
  const std::size_t count = node.children.size();
  const OptionLimits& limits = type.limits;
  if (!limits.longest || (count >= *limits.shortest && count <= *limits.longest)) return true;
  findings_.add(node.offset, path_,
                fmt::format("must have {} to {} entries, but has {}", *limits.shortest, *limits.longest, count));
  return false;
}

void Reader::read_list(const OptionType& type, const JsonNode& node, void* object) {
  const bool single = type.limits.or_single && node.kind != JsonNode::Kind::list && node.kind != JsonNode::Kind::null;
  if (!single && node.kind != JsonNode::Kind::list)
    return wrong(node, expectation(type), meant_by(type, node, shown(node)));
  type.clear(object);
  if (single) return read(type.inner.front(), node, type.add(object, {}, 0));
  if (!expect_count(type, node)) return;
  const std::size_t problems_before = findings_.count();
  std::size_t index = 0;
  for (const JsonNode& entry : node.children) {
    const auto step = path_.enter(index++);
    read(type.inner.front(), entry, type.add(object, {}, 0));
  }
  const bool of_structs = !type.inner.front().rows.empty();
  if (findings_.count() > problems_before && !of_structs) type.clear(object);  // would mislead a struct's check()
}

void Reader::read_map(const OptionType& type, const JsonNode& node, void* object) {
  if (!expect_object(node) || !expect_count(type, node)) return;
  for (const JsonNode* member : distinct_members(node)) {
    const auto step = path_.enter(member->key);
    const std::string fault = type.limits.key_fault == nullptr ? std::string() : type.limits.key_fault(member->key);
    if (!fault.empty()) findings_.add(member->key_offset, path_, fmt::format("the key {}", fault));
    read(type.inner.front(), *member, type.add(object, member->key, 0));
  }
}

void Reader::read_optional(const OptionType& type, const JsonNode& node, void* object) {
  if (node.kind == JsonNode::Kind::null) return type.clear(object);
  read(type.inner.front(), node, type.add(object, {}, 0));
}

// The alternative is the first one that is written the way the node is. A substitution may write a number as a text.
void Reader::read_one_of(const OptionType& type, const JsonNode& node, void* object) {
  const bool substitutes = node.kind == JsonNode::Kind::text && node.text.find("${") != std::string::npos;
  const auto find = [&](auto fits) { return std::find_if(type.inner.begin(), type.inner.end(), fits); };
  auto found = find([&](const OptionType& inner) { return is_written_as(inner.kind, node.kind); });
  if (found == type.inner.end() && substitutes)
    found = find([](const OptionType& inner) { return is_bare_kind(inner.kind); });
  if (found == type.inner.end()) return wrong(node, expectation(type), meant_by(type, node, shown(node)));
  read(*found, node, type.add(object, {}, static_cast<std::size_t>(found - type.inner.begin())));
}

void Reader::forget_substitutions() {
  if (substituted_.empty()) return;
  std::erase_if(substituted_, [&](const auto& entry) { return is_within(entry.first, path_.text()); });
}

}  // namespace portico
