#include "config/values/value_text.hpp"

#include <portico/options.hpp>

#include <fmt/format.h>

#include <set>

namespace portico {
namespace {

struct NoOptions {
  static constexpr auto describe() { return options(); }
};

bool equal_values(const OptionType& type, const void* left, const void* right) {
  if (type.kind == OptionKind::structure) {
    for (const OptionRow& row : type.rows) {
      if (!equal_values(row.type, row.of(left), row.of(right))) return false;
    }
    return true;
  }
  if (type.parts == nullptr) return type.load(left) == type.load(right);
  const auto left_parts = type.parts(left);
  const auto right_parts = type.parts(right);
  if (left_parts.size() != right_parts.size()) return false;
  for (std::size_t i = 0; i < left_parts.size(); ++i) {
    const auto& a = left_parts[i];
    const auto& b = right_parts[i];
    if (a.key != b.key || a.index != b.index) return false;
    const OptionType& inner = type.kind == OptionKind::one_of ? type.inner[a.index] : type.inner.front();
    if (!equal_values(inner, a.object, b.object)) return false;
  }
  return true;
}

// What is wrong with the default of one option: a value which the file could not give it.
void find_faults(const OptionType& type, const void* object, const std::string& name,
                 std::vector<std::string>& faults) {
  if (type.kind == OptionKind::structure) {
    std::set<std::string> names;
    for (const OptionRow& row : type.rows) {
      const std::string inner = name.empty() ? row.name : name + "." + row.name;
      if (!names.insert(row.name).second) faults.push_back(inner + ": described twice");
      if (row.name.empty() || row.help.empty()) faults.push_back(inner + ": has no name or no help");
      if (!row.type.limits.required) find_faults(row.type, row.of(object), inner, faults);
    }
    return;
  }
  const OptionLimits& limits = type.limits;
  if (limits.least && limits.most && *limits.least > *limits.most) faults.push_back(name + ": its limits contradict");
  if (type.parts == nullptr) {
    const OptionValue value = type.load(object);
    const std::string fault = is_word(type, value) ? std::string() : limit_fault(type, value);
    if (!fault.empty()) faults.push_back(fmt::format("{}: the default {}", name, fault));
    return;
  }
  const auto parts = type.parts(object);
  const bool counts = type.kind == OptionKind::list || type.kind == OptionKind::map;
  if (counts && limits.longest && (parts.size() < *limits.shortest || parts.size() > *limits.longest)) {
    faults.push_back(fmt::format("{}: the default has {} entries", name, parts.size()));
  }
  for (const OptionType::Part& part : parts) {
    find_faults(type.kind == OptionKind::one_of ? type.inner[part.index] : type.inner.front(), part.object, name,
                faults);
  }
}

}  // namespace

OptionSet::OptionSet() : OptionSet(of<NoOptions>()) {}

bool OptionSet::equal(const void* left, const void* right) const { return equal_values(*type_, left, right); }

std::vector<std::string> OptionSet::faults() const {
  std::vector<std::string> faults;
  find_faults(*type_, make().get(), {}, faults);
  return faults;
}

}  // namespace portico
