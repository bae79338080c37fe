#include "config/documents/documents.hpp"
#include "config/documents/value_json.hpp"
#include "config/reading/path.hpp"
#include "config/reading/read_config.hpp"
#include "config/settings/config.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portico {
namespace {

std::string in_table(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

// A struct gets a table of its own; so does one inside an optional, a list or a map.
const OptionType& innermost(const OptionType& type) {
  const bool wraps = type.kind == OptionKind::optional || type.kind == OptionKind::list || type.kind == OptionKind::map;
  return wraps ? innermost(type.inner.front()) : type;
}

std::string default_in_words(const OptionRow& row, const void* object) {
  if (!row.type.limits.shown_default.empty()) return fmt::format("`\"{}\"`", row.type.limits.shown_default);
  if (row.type.limits.required) return "required";
  if (row.type.kind == OptionKind::structure) return "see below";
  Path path;
  const Json value = to_json(row.type, row.of(object), path, {});
  return value.is_null() ? "unset" : fmt::format("`{}`", value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Of a struct the first sentence only: the rest stands above its own table.
std::string help_in_table(const OptionRow& row) {
  const std::size_t end = innermost(row.type).kind == OptionKind::structure ? row.help.find(". ") : std::string::npos;
  return end == std::string::npos ? row.help : row.help.substr(0, end + 1);
}

bool same_rows(const std::vector<OptionRow>& left, const std::vector<OptionRow>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.name == b.name && a.help == b.help && type_in_words(a.type) == type_in_words(b.type);
  });
}

// Whether a value of `type` may be written as an object of the struct `alternative`.
bool has_alternative(const OptionType& type, const OptionType& alternative) {
  const OptionType& inner = innermost(type);
  return inner.kind == OptionKind::one_of && std::any_of(inner.inner.begin(), inner.inner.end(), [&](const auto& one) {
           return one.kind == OptionKind::structure && same_rows(one.rows, alternative.rows);
         });
}

class Page {
 public:
  void line(std::string_view text) { text_.append(text).append("\n"); }
  void heading(std::string_view level, std::string_view text) { text_ += fmt::format("\n{} {}\n\n", level, text); }

  void table(const std::vector<OptionRow>& rows, const void* object) {
    if (rows.empty()) return line("No options.");
    line("| Setting | Value | Default | Meaning |");
    line("|---|---|---|---|");
    for (const OptionRow& row : rows) {
      line(fmt::format("| `{}` | {} | {} | {} |", row.name, in_table(type_in_words(row.type)),
                       in_table(default_in_words(row, object)), in_table(help_in_table(row))));
    }
  }

  // The tables of the structs inside, each under its path.
  void inner_tables(const std::string& path, const std::vector<OptionRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const OptionRow& row = rows[i];
      const OptionType& type = innermost(row.type);
      std::string inner = path + row.name;
      if (row.type.kind == OptionKind::map) inner += ".NAME";
      if (row.type.kind == OptionKind::list) inner += "[]";
      if (type.kind == OptionKind::one_of) {
        for (const OptionType& alternative : type.inner) alternative_table(path, rows, i, alternative);
      } else if (type.kind == OptionKind::structure) {
        heading("###", fmt::format("`{}`", inner));
        line(row.help + "\n");
        struct_table(inner, type);
      }
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void struct_table(const std::string& path, const OptionType& type) {
    table(type.rows, type.make().get());
    inner_tables(path + ".", type.rows);
  }

  // One table for all rows that may be written as the same object, where the first of them stands.
  void alternative_table(const std::string& path, const std::vector<OptionRow>& rows, std::size_t at,
                         const OptionType& type) {
    if (type.kind != OptionKind::structure) return;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!has_alternative(rows[i].type, type)) continue;
      if (i < at) return;
      names.push_back(fmt::format("`{}{}`", path, rows[i].name));
    }
    heading("###", fmt::format("{} as an object", fmt::join(names, ", ")));
    struct_table(path + rows[at].name, type);
  }

  std::string text_;
};

constexpr std::string_view introduction = R"(# Configuration reference

Made by `portico reference`; a test fails when this page is out of date.

The file is JSON; comments (`//` and `/* */`) are allowed. Unknown keys are refused. Relative paths are relative to the
file.

- **Duration**: `"250ms"`, `"10s"`, `"5m"`, `"1h"`.
- **Size**: `"512B"`, `"64KiB"`, `"1MiB"`, `"2GiB"`, or a plain number of bytes.
- **Rate**: `"500/s"`, `"30/m"`, `"10/h"`; of bytes: `"240B/s"`, `"64KiB/s"`.
- **Address**: `"0.0.0.0:7000"`, `"[::]:7000"`, `":7000"`, `"localhost:7000"`, `"unix:/run/p.sock"`; on Linux also
  `"unix:@name"`, an abstract name.
- **Address to listen on**: these, and sockets that were opened before, `"fd:3"` and `"systemd:NAME"` (docs/sockets.md).
- **Network**: `"10.0.0.0/8"`, `"2001:db8::/32"`; one address without a prefix.
- In any text, `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` are replaced (one line end at the end of a file is
  dropped); `$${` is a plain `${`. What was replaced is never printed. A number or a boolean may be given so, too.
- `null` leaves a setting unset which has no default.)";

}  // namespace

std::string reference_page(std::span<const HandlerDescription> handlers) {
  Page page;
  page.line(introduction);
  const OptionSet process = OptionSet::of<Config>();
  page.heading("##", "The process");
  page.table(process.rows(), process.make().get());
  page.inner_tables("", process.rows());

  const OptionType endpoint = endpoint_type(handlers);
  page.heading("##", "Each endpoint: `endpoints.NAME`");
  page.line(
      "A name has 1 to 64 letters, digits, `_`, `-` or `.`. Everything but `listen`, `handler` and `options` may also "
      "stand in");
  page.line(
      "`endpoint_defaults`, for every endpoint that does not say otherwise. `options` are the handler's, see below.\n");
  page.table(endpoint.rows, endpoint.make().get());
  page.inner_tables("", endpoint.rows);

  page.heading("##", "Handlers and their options");
  if (handlers.empty()) page.line("This program has none.");
  for (const HandlerDescription& handler : handlers) {
    page.heading("###", fmt::format("`{}`", handler.name));
    page.line(handler.help + "\n");
    page.table(handler.options.rows(), handler.options.make().get());
    page.inner_tables("options.", handler.options.rows());
  }
  return page.take();
}

}  // namespace portico
