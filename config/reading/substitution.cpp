#include "config/reading/substitution.hpp"

#include "config/values/suggest.hpp"

#include <portico/options/scalar_types.hpp>

#include <fmt/format.h>

namespace portico {
namespace {

constexpr std::size_t max_secret_bytes = 1024 * 1024;
constexpr std::string_view known_forms =
    "known: ${env:NAME}, ${env:NAME:-default}, ${file:path}; write $${ for a plain ${";

Substituted from_environment(std::string_view inside, const Env& surroundings) {
  const std::size_t fallback = inside.find(":-");
  const std::string name(inside.substr(0, fallback));
  if (name.empty()) return {{}, "${env:} names no variable", true};
  if (auto value = surroundings.environment(name)) return {std::move(value), {}, true};
  if (fallback != std::string_view::npos) return {std::string(inside.substr(fallback + 2)), {}, true};
  return {{},
          fmt::format("the environment variable {} is not set; set it, or give a default: \"${{env:NAME:-default}}\"",
                      in_quotes(name)),
          true};
}

Substituted from_file(std::string_view name, const std::filesystem::path& base, const Env& surroundings) {
  if (name.empty()) return {{}, "${file:} names no file", true};
  const std::filesystem::path file = base / detail::path_from_utf8(std::string(name));
  FileText content = surroundings.read_file(file, max_secret_bytes);
  if (!content.text) return {{}, fmt::format("the file {} {}", in_quotes(name), content.failure), true};
  std::string& text = *content.text;
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return {std::move(text), {}, true};
}

}  // namespace

Substituted substitute(std::string_view text, const std::filesystem::path& base, const Env& surroundings) {
  Substituted result{std::string(), {}, false};
  while (true) {
    const std::size_t mark = text.find("${");
    if (mark == std::string_view::npos) break;
    if (mark > 0 && text[mark - 1] == '$') {
      result.text->append(text.substr(0, mark - 1)).append("${");
      text.remove_prefix(mark + 2);
      continue;
    }
    result.text->append(text.substr(0, mark));
    const std::size_t end = text.find('}', mark);
    if (end == std::string_view::npos) return {{}, fmt::format("\"${{\" has no \"}}\"; {}", known_forms), true};
    const std::string_view inside = text.substr(mark + 2, end - mark - 2);
    Substituted part;
    if (inside.starts_with("env:"))
      part = from_environment(inside.substr(4), surroundings);
    else if (inside.starts_with("file:"))
      part = from_file(inside.substr(5), base, surroundings);
    else
      part.wrong = fmt::format("{} is no substitution; {}", in_quotes(text.substr(mark, end + 1 - mark)), known_forms);
    if (!part.text) return {{}, std::move(part.wrong), true};
    result.text->append(*part.text);
    result.from_outside = true;
    text.remove_prefix(end + 1);
  }
  result.text->append(text);
  return result;
}

std::string escaped_for_substitution(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace portico
