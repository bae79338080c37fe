#include "config/reading/check_rules.hpp"

#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

bool is_object(const JsonNode* node) { return node != nullptr && node->kind == JsonNode::Kind::object; }

void check_required(const OptionType& type, const Origin& origin, std::size_t place, const Path& path,
                    Diagnostics& findings) {
  for (const OptionRow& row : type.rows) {
    if (!row.type.limits.required || origin.member(row.name).there() != nullptr) continue;
    findings.add(place, path, fmt::format("\"{}\" is missing; it {}", row.name, expectation(row.type)));
  }
}

// Where the option stands that a struct's check() complains about: as near as the file has it.
std::size_t place_of(std::string_view option, Origin origin, std::size_t place) {
  while (!option.empty()) {
    const std::size_t dot = option.find('.');
    origin = origin.member(option.substr(0, dot));
    if (origin.there() == nullptr) break;
    place = origin.there()->offset;
    option = dot == std::string_view::npos ? std::string_view() : option.substr(dot + 1);
  }
  return place;
}

void ask_struct(const OptionType& type, const void* object, const Origin& origin, std::size_t place, const Path& path,
                Diagnostics& findings) {
  std::vector<OptionProblem> problems = type.check(object);
  for (OptionProblem& problem : problems) {
    if (!problem.option.empty() && !path.text().empty()) problem.option.insert(0, ".");
  }
  // An option that could not be read has kept another value, about which a complaint would be noise.
  std::erase_if(problems, [&](const auto& problem) { return findings.any_within(path.text() + problem.option); });
  for (OptionProblem& problem : problems) {
    const std::string_view option =
        problem.option.starts_with('.') ? std::string_view(problem.option).substr(1) : problem.option;
    findings.add(place_of(option, origin, place), path.text() + problem.option, std::move(problem.message));
  }
}

void check_struct(const OptionType& type, const void* object, const Origin& origin, std::size_t place, Path& path,
                  Diagnostics& findings) {
  if (origin.there() != nullptr && !is_object(origin.there())) return;  // already a problem
  check_required(type, origin, place, path, findings);
  if (type.check != nullptr) ask_struct(type, object, origin, place, path, findings);
  for (const OptionRow& row : type.rows) {
    const auto step = path.enter(row.name);
    check_rules(row.type, row.of(object), origin.member(row.name), place, path, findings);
  }
}

}  // namespace

Origin Origin::member(std::string_view name) const {
  return {is_object(node) ? node->find(name) : nullptr, is_object(under) ? under->find(name) : nullptr};
}

Origin Origin::entry(std::size_t index) const {
  const JsonNode* list = there();
  if (list == nullptr || list->kind != JsonNode::Kind::list) return {list, nullptr};
  return {index < list->children.size() ? &list->children[index] : nullptr, nullptr};
}

void check_rules(const OptionType& type, const void* object, const Origin& origin, std::size_t place, Path& path,
                 Diagnostics& findings) {
  if (origin.there() != nullptr) place = origin.there()->offset;
  if (type.kind == OptionKind::structure) return check_struct(type, object, origin, place, path, findings);
  if (type.parts == nullptr) return;
  for (const OptionType::Part& part : type.parts(object)) {
    switch (type.kind) {
      case OptionKind::list: {
        const auto step = path.enter(part.index);
        check_rules(type.inner.front(), part.object, origin.entry(part.index), place, path, findings);
        break;
      }
      case OptionKind::map: {
        const auto step = path.enter(part.key);
        check_rules(type.inner.front(), part.object, origin.member(part.key), place, path, findings);
        break;
      }
      case OptionKind::one_of:
        // A whole in one place of the file: nothing is taken from under it.
        check_rules(type.inner[part.index], part.object, {origin.there(), nullptr}, place, path, findings);
        break;
      default:
        check_rules(type.inner.front(), part.object, origin, place, path, findings);
    }
  }
}

}  // namespace portico
