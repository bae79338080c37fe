#include "config/documents/documents.hpp"
#include "config/documents/example_json.hpp"
#include "config/documents/value_json.hpp"
#include "config/reading/path.hpp"
#include "config/reading/read_config.hpp"
#include "config/settings/config.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace portico {
namespace {

std::string in_table(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

// Returns the type inside an optional, an array or a map: a struct there gets a table of its own.
const OptionType& innermost(const OptionType& type) {
  const bool wraps =
      type.kind == OptionKind::optional || type.kind == OptionKind::array || type.kind == OptionKind::map;
  return wraps ? innermost(type.element_types.front()) : type;
}

std::string describe_default(const OptionRow& row, const void* object) {
  if (!row.type.limits.documented_default.empty()) return fmt::format("`\"{}\"`", row.type.limits.documented_default);
  if (row.type.limits.required && !row.type.limits.example.empty())
    return fmt::format("required, such as `{}`", example_json(row.type).dump());
  if (row.type.limits.required) return "required";
  if (row.type.kind == OptionKind::structure) return "see below";
  Path path;
  const Json value = to_json(row.type, row.at(object), path, {});
  return value.is_null() ? "unset" : fmt::format("`{}`", value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Returns the help text; of a struct only its first sentence, because the rest is above its own table.
std::string help_in_table(const OptionRow& row) {
  const std::size_t end = innermost(row.type).kind == OptionKind::structure ? row.help.find(". ") : std::string::npos;
  return end == std::string::npos ? row.help : row.help.substr(0, end + 1);
}

bool same_rows(const std::vector<OptionRow>& left, const std::vector<OptionRow>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.name == b.name && a.help == b.help && describe_type(a.type) == describe_type(b.type);
  });
}

// Returns true if a value of `type` may be written as an object of the struct `alternative`.
bool has_alternative(const OptionType& type, const OptionType& alternative) {
  const OptionType& inner = innermost(type);
  return inner.kind == OptionKind::one_of &&
         std::any_of(inner.element_types.begin(), inner.element_types.end(), [&](const auto& one) {
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
      line(fmt::format("| `{}` | {} | {} | {} |", row.name, in_table(describe_type(row.type)),
                       in_table(describe_default(row, object)), in_table(help_in_table(row))));
    }
  }

  // Adds the tables of the structs inside, each under its path.
  void inner_tables(const std::string& path, const std::vector<OptionRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const OptionRow& row = rows[i];
      const OptionType& type = innermost(row.type);
      std::string inner = path + row.name;
      if (row.type.kind == OptionKind::map) inner += ".NAME";
      if (row.type.kind == OptionKind::array) inner += "[]";
      if (type.kind == OptionKind::one_of) {
        for (const OptionType& alternative : type.element_types) alternative_table(path, rows, i, alternative);
      } else if (type.kind == OptionKind::structure) {
        heading("###", fmt::format("`{}`", inner));
        line(row.help + "\n");
        struct_table(inner, type);
      }
    }
  }

  std::string release() { return std::move(text_); }

 private:
  void struct_table(const std::string& path, const OptionType& type) {
    table(type.rows, type.make().get());
    inner_tables(path + ".", type.rows);
  }

  // Adds one table for all rows that may be written as the same object, at the first of them.
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

constexpr std::string_view introduction =
    R"(The file is JSON; comments (`//` and `/* */`) are allowed. Unknown keys are refused. Relative paths are relative to the
file.

- **Duration**: `"250ms"`, `"10s"`, `"5m"`, `"1h"`.
- **Size**: `"512B"`, `"64KiB"`, `"1MiB"`, `"2GiB"`, or a plain number of bytes.
- **Rate**: `"500/s"`, `"30/m"`, `"10/h"`; of bytes: `"240B/s"`, `"64KiB/s"`.
- **Address**: `"0.0.0.0:7000"`, `"[::]:7000"`, `":7000"`, `"localhost:7000"`, `"unix:/run/p.sock"`; on Linux also
  `"unix:@name"`, an abstract name.
- **Address to listen on**: the same, and inherited sockets, `"fd:3"` and `"systemd:NAME"` (docs/sockets.md).
- **Network**: `"10.0.0.0/8"`, `"2001:db8::/32"`; one address without a prefix.
- **Substitution**: in any string, `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` are replaced (one line end at
  the end of a file is dropped); `$${` is a literal `${`. The default is plain text, and is used if the variable is not
  set or empty. A number or a boolean may be a substitution too. The file must be a regular one or `/dev/null`: every
  command reads it again, which a pipe does not allow.
- **Secrets**: `defaults`, and what `check` says about a value, show a substitution as the file spells it. In all other
  messages (of the rules for several settings, of `doctor` and `healthcheck`, of a start that fails, `config_problem` in the
  log), a text from a substitution in a string, a file name, PEM, a network or an address to connect to is replaced by the
  substitution: from 6 bytes on wherever it or a piece of 6 bytes stands, with 4 or 5 bytes where it is a word of its own;
  shorter ones are not hidden. Booleans, numbers, sizes, durations, rates, named values and addresses to listen on are not
  secret: messages show them, and the log of `run` has the address of each listener. A default is in the file, and is shown
  too. What a handler's own code reports is not searched.
- `null` unsets a setting that has no default.)";

}  // namespace

std::string reference_page(std::span<const HandlerDescription> handlers, std::string_view program) {
  Page page;
  page.line("# Configuration reference\n");
  page.line(fmt::format("Generated by `{} reference`{}\n", program,
                        program == "portico" ? "; a test fails when this page is out of date." : "."));
  page.line(introduction);
  const OptionSet process = OptionSet::of<Config>();
  page.heading("##", "The process");
  page.table(process.rows(), process.make().get());
  page.inner_tables("", process.rows());

  const OptionType endpoint = endpoint_type(handlers);
  page.heading("##", "Each endpoint: `endpoints.NAME`");
  page.line(
      "A name has 1 to 64 letters, digits, `_`, `-` or `.`. All settings but `listen`, `handler` and `options` may "
      "also be in");
  page.line(
      "`endpoint_defaults`, for every endpoint that does not set its own. `options` are the handler's, see below.\n");
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
  return page.release();
}

}  // namespace portico
