#include "config/not_in_effect.hpp"

#include "config/path.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace portico {
namespace {

// Whoever makes a setting work deletes its line. An endpoint's settings are looked for in endpoint_defaults as well.
constexpr std::array<std::string_view, 2> endpoint_settings{
    "proxy_protocol",
    "timeouts.proxy_header",
};

// Where one setting is used.
struct Uses {
  std::size_t count = 0;
  std::size_t offset = 0;
  std::string path;

  void add(const Node& node, const Path& where) {
    if (count++ > 0) return;
    offset = node.offset;
    path = where.text();
  }
};

void find_setting(const Node& node, std::string_view setting, Path& path, Uses& uses) {
  const std::size_t dot = setting.find('.');
  const Node* member = node.find(setting.substr(0, dot));
  if (member == nullptr || member->kind == Node::Kind::null) return;
  const auto step = path.enter(member->key);
  if (dot == std::string_view::npos) return uses.add(*member, path);
  find_setting(*member, setting.substr(dot + 1), path, uses);
}

// Calls visit(endpoint, path) for endpoint_defaults and for each endpoint.
template <typename Visit>
void for_each_endpoint(const Node& root, Visit visit) {
  Path path;
  if (const Node* defaults = root.find("endpoint_defaults")) {
    const auto step = path.enter(defaults->key);
    visit(*defaults, path);
  }
  if (const Node* endpoints = root.find("endpoints")) {
    const auto step = path.enter(endpoints->key);
    for (const Node& endpoint : endpoints->children) {
      const auto inner = path.enter(endpoint.key);
      visit(endpoint, path);
    }
  }
}

void warn(const Uses& uses, std::string_view what, Findings& findings) {
  if (uses.count == 0) return;
  std::string message = fmt::format("{} checked, but without effect in this version", what);
  if (uses.count > 1) message += fmt::format(" (the first of {} uses)", uses.count);
  findings.warn(uses.offset, uses.path, std::move(message));
}

}  // namespace

void warn_of_settings_not_in_effect(const Node& root, Findings& findings) {
  for (const std::string_view setting : endpoint_settings) {
    Uses uses;
    for_each_endpoint(root, [&](const Node& endpoint, Path& path) { find_setting(endpoint, setting, path, uses); });
    warn(uses, "this setting is", findings);
  }
}

}  // namespace portico
