#include "config/not_in_effect.hpp"

#include "config/path.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace portico {
namespace {

// Whoever makes a setting work deletes what looks for it here.
constexpr bool unix_listen = true;  // "unix:/run/p.sock"

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

void find_unix_listen(const Node& endpoint, Path& path, Uses& uses) {
  const Node* listen = endpoint.find("listen");
  if (listen == nullptr) return;
  const auto step = path.enter("listen");
  if (listen->kind == Node::Kind::text && listen->text.starts_with("unix:")) uses.add(*listen, path);
  std::size_t index = 0;
  for (const Node& entry : listen->children) {
    const auto inner = path.enter(index++);
    if (entry.kind == Node::Kind::text && entry.text.starts_with("unix:")) uses.add(entry, path);
  }
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
  if (!unix_listen) return;
  Uses uses;
  for_each_endpoint(root, [&](const Node& endpoint, Path& path) { find_unix_listen(endpoint, path, uses); });
  warn(uses, "a Unix socket is", findings);
}

}  // namespace portico
