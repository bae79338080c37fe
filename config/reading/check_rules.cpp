#include "config/reading/check_rules.hpp"

#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

bool is_object(const JsonNode* node) { return node != nullptr && node->kind == JsonNode::Kind::object; }

void check_required(const OptionType& type, const Origin& origin, std::size_t offset, const Path& path,
                    Diagnostics& diagnostics) {
  for (const OptionRow& row : type.rows) {
    if (!row.type.limits.required || origin.member(row.name).effective() != nullptr) continue;
    diagnostics.add(offset, path, fmt::format("\"{}\" is missing; it {}", row.name, expected_text(row.type)));
  }
}

// Returns the offset of an option that a struct's check() reports, or of its nearest parent in the file.
std::size_t offset_of(std::string_view option, Origin origin, std::size_t offset) {
  while (!option.empty()) {
    const std::size_t dot = option.find('.');
    origin = origin.member(option.substr(0, dot));
    if (origin.effective() == nullptr) break;
    offset = origin.effective()->offset;
    option = dot == std::string_view::npos ? std::string_view() : option.substr(dot + 1);
  }
  return offset;
}

void run_struct_check(const OptionType& type, const void* object, const Origin& origin, std::size_t offset,
                      const Path& path, Diagnostics& diagnostics) {
  std::vector<OptionProblem> problems = type.check(object);
  for (OptionProblem& problem : problems) {
    if (!problem.option.empty() && !path.text().empty()) problem.option.insert(0, ".");
  }
  // An invalid option has kept another value; a second problem about it would mislead.
  std::erase_if(problems, [&](const auto& problem) { return diagnostics.has_error_at(path.text() + problem.option); });
  for (OptionProblem& problem : problems) {
    const std::string_view option =
        problem.option.starts_with('.') ? std::string_view(problem.option).substr(1) : problem.option;
    diagnostics.add(offset_of(option, origin, offset), path.text() + problem.option, std::move(problem.message));
  }
}

void check_struct(const OptionType& type, const void* object, const Origin& origin, std::size_t offset, Path& path,
                  Diagnostics& diagnostics) {
  if (origin.effective() != nullptr && !is_object(origin.effective())) return;  // already a problem
  check_required(type, origin, offset, path, diagnostics);
  if (type.check != nullptr) run_struct_check(type, object, origin, offset, path, diagnostics);
  for (const OptionRow& row : type.rows) {
    const auto step = path.enter(row.name);
    check_rules(row.type, row.at(object), origin.member(row.name), offset, path, diagnostics);
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

void check_rules(const OptionType& type, const void* object, const Origin& origin, std::size_t offset, Path& path,
                 Diagnostics& diagnostics) {
  if (origin.effective() != nullptr) offset = origin.effective()->offset;
  if (type.kind == OptionKind::structure) return check_struct(type, object, origin, offset, path, diagnostics);
  if (type.children == nullptr) return;
  for (const OptionType::Child& child : type.children(object)) {
    switch (type.kind) {
      case OptionKind::array: {
        const auto step = path.enter(child.index);
        check_rules(type.element_types.front(), child.object, origin.entry(child.index), offset, path, diagnostics);
        break;
      }
      case OptionKind::map: {
        const auto step = path.enter(child.key);
        check_rules(type.element_types.front(), child.object, origin.member(child.key), offset, path, diagnostics);
        break;
      }
      case OptionKind::one_of:
        // One alternative is set as a whole: it gets no members from the fallback.
        check_rules(type.element_types[child.index], child.object, {origin.effective(), nullptr}, offset, path,
                    diagnostics);
        break;
      default:
        check_rules(type.element_types.front(), child.object, origin, offset, path, diagnostics);
    }
  }
}

}  // namespace portico
