#include "config/reading/check_rules.hpp"

#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace portico {
namespace {

bool is_object(const JsonNode* node) { return node != nullptr && node->kind == JsonNode::Kind::object; }

void check_required(const OptionType& type, const Origin& origin, std::size_t offset, Reader& reader) {
  for (const OptionRow& row : type.rows) {
    if (!row.type.limits.required || origin.member(row.name).effective() != nullptr) continue;
    reader.diagnostics().add(offset, reader.path(),
                             fmt::format("\"{}\" is missing; it {}", row.name, expected_text(row.type)));
  }
}

// One step of the option that a check() names: "sni", "b.example" or [2].
struct OptionStep {
  std::string key;
  std::optional<std::size_t> index;
};

// Removes the first step from an option such as "inner.list[2].key", and returns it. A key of the file that has dots
// itself is taken as a whole.
OptionStep consume_step(std::string_view& option, const JsonNode* node) {
  std::size_t length = std::min(option.find_first_of(".[", 1), option.size());
  std::optional<std::size_t> index;
  if (option.front() == '[') {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(option.data() + 1, option.data() + option.size(), number);
    if (error == std::errc() && end != option.data() + option.size() && *end == ']') {
      index = number;
      length = static_cast<std::size_t>(end + 1 - option.data());
    }
  } else if (is_object(node)) {
    for (const JsonNode& member : node->children) {
      const std::string_view rest = option.substr(std::min(member.key.size(), option.size()));
      const bool is_whole = rest.empty() || rest.front() == '.' || rest.front() == '[';
      if (is_whole && member.key.size() > length && option.starts_with(member.key)) length = member.key.size();
    }
  }
  OptionStep step{std::string(option.substr(0, length)), index};
  option.remove_prefix(length);
  if (option.starts_with('.')) option.remove_prefix(1);
  return step;
}

// Calls `use` with the path of an option that a check() reports, and with the offset of its nearest parent in the file.
template <typename Use>
void at_option(std::string_view option, const Origin& origin, std::size_t offset, Path& path, const Use& use) {
  if (option.empty()) return use(offset);
  const OptionStep step = consume_step(option, origin.effective());
  const Origin inner = step.index ? origin.entry(*step.index) : origin.member(step.key);
  if (inner.effective() != nullptr) offset = inner.effective()->offset;
  const auto entered = step.index ? path.enter(*step.index) : path.enter(step.key);
  at_option(option, inner, offset, path, use);
}

// Returns true if an entry of a list of structs is invalid. It has kept its defaults, which a check() would take for
// values of the file.
bool has_invalid_entry(const OptionType& type, Path& path, const Diagnostics& diagnostics) {
  return std::any_of(type.rows.begin(), type.rows.end(), [&](const OptionRow& row) {
    if (row.type.kind != OptionKind::array || row.type.element_types.front().rows.empty()) return false;
    const auto step = path.enter(row.name);
    return diagnostics.has_error_at(path);
  });
}

void run_struct_check(const OptionType& type, const void* object, const Origin& origin, std::size_t offset,
                      Reader& reader) {
  Path& path = reader.path();
  if (has_invalid_entry(type, path, reader.diagnostics())) return;
  const std::vector<OptionProblem> problems = type.check(object);
  if (problems.empty()) return;
  const HiddenValues hidden = hidden_values(reader.substituted(), path);
  // An invalid option has kept another value; a second problem about it would mislead.
  std::map<std::string_view, bool> is_invalid;
  const auto find_invalid = [&](const OptionProblem& problem) {
    if (is_invalid.contains(problem.option)) return;
    bool& invalid = is_invalid[problem.option];
    at_option(problem.option, origin, offset, path,
              [&](std::size_t) { invalid = reader.diagnostics().has_error_at(path); });
  };
  std::for_each(problems.begin(), problems.end(), find_invalid);
  for (const OptionProblem& problem : problems) {
    if (is_invalid.at(problem.option)) continue;
    at_option(problem.option, origin, offset, path,
              [&](std::size_t at) { reader.diagnostics().add(at, path, hidden.hide(problem.message)); });
  }
}

void check_struct(const OptionType& type, const void* object, const Origin& origin, std::size_t offset,
                  Reader& reader) {
  if (origin.effective() != nullptr && !is_object(origin.effective())) return;  // already a problem
  check_required(type, origin, offset, reader);
  if (type.check != nullptr) run_struct_check(type, object, origin, offset, reader);
  for (const OptionRow& row : type.rows) {
    const auto step = reader.path().enter(row.name);
    check_rules(row.type, row.at(object), origin.member(row.name), offset, reader);
  }
}

}  // namespace

Origin Origin::member(std::string_view name) const {
  return {is_object(node) ? node->find(name) : nullptr, is_object(fallback) ? fallback->find(name) : nullptr};
}

Origin Origin::entry(std::size_t index) const {
  const JsonNode* array = effective();
  if (array == nullptr || array->kind != JsonNode::Kind::array) return {array, nullptr};
  return {index < array->children.size() ? &array->children[index] : nullptr, nullptr};
}

void check_rules(const OptionType& type, const void* object, const Origin& origin, std::size_t offset, Reader& reader) {
  if (origin.effective() != nullptr) offset = origin.effective()->offset;
  if (type.kind == OptionKind::structure) return check_struct(type, object, origin, offset, reader);
  if (type.children == nullptr) return;
  for (const OptionType::Child& child : type.children(object)) {
    switch (type.kind) {
      case OptionKind::array: {
        const auto step = reader.path().enter(child.index);
        check_rules(type.element_types.front(), child.object, origin.entry(child.index), offset, reader);
        break;
      }
      case OptionKind::map: {
        const auto step = reader.path().enter(child.key);
        check_rules(type.element_types.front(), child.object, origin.member(child.key), offset, reader);
        break;
      }
      case OptionKind::one_of:
        // One alternative is set as a whole: it gets no members from the fallback.
        check_rules(type.element_types[child.index], child.object, {origin.effective(), nullptr}, offset, reader);
        break;
      default:
        check_rules(type.element_types.front(), child.object, origin, offset, reader);
    }
  }
}

}  // namespace portico
