#include "config/reading/load.hpp"

#include "config/json/json_parser.hpp"
#include "config/json/position.hpp"
#include "config/reading/read_config.hpp"

#include <portico/options/scalar_types.hpp>

#include <iostream>
#include <system_error>
#include <utility>

namespace portico {
namespace {

LoadResult bad_input(Problem problem) {
  LoadResult result;
  result.problems.push_back(std::move(problem));
  return result;
}

}  // namespace

LoadResult load_config(const std::filesystem::path& file, std::span<const HandlerDescription> handlers) {
  const Env env = Env::from_process();
  std::error_code error;  // without a working directory, relative names stay relative
  if (file == "-") {
    const FileContent input = read_stream(std::cin, max_file_bytes);
    const std::string input_name = "standard input";
    if (!input.text) return bad_input({input_name, 0, 0, {}, "the text " + input.error});
    return load_config_text(input_name, *input.text, std::filesystem::current_path(error), handlers, env);
  }
  const std::string name = detail::path_to_utf8(file);
  const FileContent content = read_file(file, max_file_bytes);  // may be a pipe: portico run <(jq ...)
  if (!content.text) return bad_input({name, 0, 0, {}, "the file " + content.error});
  const std::filesystem::path absolute = std::filesystem::absolute(file, error);
  return load_config_text(name, *content.text, (error ? file : absolute).parent_path(), handlers, env);
}

LoadResult load_config_text(std::string_view name, std::string_view text, const std::filesystem::path& base,
                            std::span<const HandlerDescription> handlers, const Env& env) {
  const std::string file(name);
  if (text.size() > max_file_bytes)
    return bad_input(
        {file, 0, 0, {}, "the text is larger than the maximum of " + std::to_string(max_file_bytes / 1024) + " KiB"});
  const ParsedText parsed = parse_json(text);
  const LineIndex lines(text);
  if (!parsed.root) {
    const Position position = lines.at(parsed.error.offset);
    return bad_input({file, position.line, position.column, {}, parsed.error.message});
  }
  LoadResult result;
  Reader reader(text, base, env);
  result.config = read_config(reader, *parsed.root, handlers);
  result.problems = reader.diagnostics().problems(file, lines);
  result.warnings = reader.diagnostics().warnings(file, lines);
  result.substituted = std::move(reader.substituted());
  result.hidden = hidden_values(result.substituted);
  result.outcome = result.problems.empty() ? LoadResult::Outcome::loaded : LoadResult::Outcome::has_problems;
  return result;
}

}  // namespace portico
