#include "config/reading/substitution.hpp"

#include "config/values/suggest.hpp"

#include <portico/options/scalar_types.hpp>

#include <fmt/format.h>

namespace portico {
namespace {

constexpr std::size_t max_secret_bytes = 1024 * 1024;
constexpr std::string_view known_forms =
    "known: ${env:NAME}, ${env:NAME:-default}, ${file:path}; write $${ for a literal ${";

Substituted failed(std::string error) { return {std::nullopt, std::move(error), true, {}}; }

Substituted replaced_by(std::string text) { return {std::move(text), {}, true, {}}; }

bool is_escaped(std::string_view text, std::size_t at) { return at > 0 && text[at - 1] == '$'; }

bool contains_substitution(std::string_view text) {
  std::size_t at = text.find("${");
  while (at != std::string_view::npos && is_escaped(text, at)) at = text.find("${", at + 2);
  return at != std::string_view::npos;
}

// Returns a default, which is part of the file, with each "$${" as the "${" that it means.
Substituted default_text(std::string_view text) {
  Substituted result{std::string(), {}, false, {}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!text.substr(i).starts_with("$${")) *result.text += text[i];
  }
  return result;
}

Substituted from_environment(std::string_view inside, const Env& env) {
  const std::size_t fallback = inside.find(":-");
  const std::string name(inside.substr(0, fallback));
  if (name.empty()) return failed("${env:} needs the name of a variable");
  if (contains_substitution(inside))
    return failed("a default cannot have a substitution; only plain text may follow \":-\"");
  auto value = env.get_variable(name);
  if (fallback != std::string_view::npos) {
    Substituted by_default = default_text(inside.substr(fallback + 2));
    if (!value || value->empty() || value == by_default.text) return by_default;
  }
  if (value) return replaced_by(std::move(*value));
  return failed(fmt::format(
      "the environment variable {} is not set; set it, or give a default: \"${{env:NAME:-default}}\"", quote(name)));
}

Substituted from_file(std::string_view name, const std::filesystem::path& base, const Env& env) {
  if (name.empty()) return failed("${file:} needs the name of a file");
  const std::filesystem::path file = base / detail::path_from_utf8(std::string(name));
  FileContent content = env.read_file(file, max_secret_bytes);
  if (!content.text) return failed(fmt::format("the file {} {}", quote(name), content.error));
  std::string& text = *content.text;
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return replaced_by(std::move(text));
}

}  // namespace

Substituted substitute(std::string_view text, const std::filesystem::path& base, const Env& env) {
  Substituted result{std::string(), {}, false, {}};
  while (true) {
    const std::size_t pos = text.find("${");
    if (pos == std::string_view::npos) break;
    if (is_escaped(text, pos)) {
      result.text->append(text.substr(0, pos - 1)).append("${");
      text.remove_prefix(pos + 2);
      continue;
    }
    result.text->append(text.substr(0, pos));
    const std::size_t end = text.find('}', pos);
    if (end == std::string_view::npos) return failed(fmt::format("\"${{\" has no \"}}\"; {}", known_forms));
    const std::string_view inside = text.substr(pos + 2, end - pos - 2);
    Substituted part;
    if (inside.starts_with("env:"))
      part = from_environment(inside.substr(4), env);
    else if (inside.starts_with("file:"))
      part = from_file(inside.substr(5), base, env);
    else
      part.error = fmt::format("{} is not a substitution; {}", quote(text.substr(pos, end + 1 - pos)), known_forms);
    if (!part.text) return failed(std::move(part.error));
    result.text->append(*part.text);
    if (part.is_external) result.parts.emplace_back(std::move(*part.text), text.substr(pos, end + 1 - pos));
    result.is_external = true;
    text.remove_prefix(end + 1);
  }
  result.text->append(text);
  return result;
}

bool has_substitution(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("${", at)) != std::string_view::npos; at += 2) {
    if (at == 0 || text[at - 1] != '$') return true;
  }
  return false;
}

std::string escape_substitutions(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace portico
