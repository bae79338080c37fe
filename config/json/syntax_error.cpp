#include "config/json/syntax_error.hpp"

#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace portico {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view punctuation = "{}[]:,";

// The last two tokens before the position where the parser stopped, and the brackets that are open there.
struct Tokens {
  struct Token {
    std::string_view text;
    std::size_t offset = 0;
  };
  Token before, last;
  std::vector<Token> open;
};

std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::size_t end_of_comment(std::string_view text, std::size_t at) {
  const bool block = text.substr(at).starts_with("/*");
  const std::size_t end = text.find(block ? "*/" : "\n", at + 2);
  return end == std::string_view::npos ? text.size() : end + (block ? 2 : 1);
}

Tokens scan(std::string_view text) {
  Tokens tokens;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while ((at = text.find_first_not_of(blanks, at)) != std::string_view::npos) {
    std::size_t end = at + 1;
    if (text[at] == '"') {
      end = end_of_string(text, at);
    } else if (text[at] == '/') {
      at = end_of_comment(text, at);
      continue;
    } else if (punctuation.find(text[at]) == std::string_view::npos) {
      end = std::min(text.find_first_of(" \t\r\n{}[]:,\"/", at), text.size());
    }
    tokens.before = tokens.last;
    tokens.last = {text.substr(at, end - at), at};
    if (text[at] == '{' || text[at] == '[') tokens.open.push_back(tokens.last);
    if ((text[at] == '}' || text[at] == ']') && !tokens.open.empty()) tokens.open.pop_back();
    at = end;
  }
  return tokens;
}

// Mistakes inside one token: part of the parser's message, our message, and whether to show the start of the token.
struct Mistake {
  std::string_view reason;
  std::string_view message;
  bool at_start;
};
constexpr std::array<Mistake, 10> mistakes_in_tokens{{
    {"missing closing quote", "this string has no closing quote", true},
    {"U+000A (LF)", "this string has no closing quote on its line", true},
    {"U+000D (CR)", "this string has no closing quote on its line", true},
    {"control character", "a control character in a string must be written as an escape, such as \\t or \\u0001",
     false},
    {"ill-formed UTF-8", "this is not UTF-8; save the file as UTF-8", false},
    {"forbidden character after backslash", "a backslash must be written as \\\\; in paths, use / instead", false},
    {"4 hex digits", "\\u must be followed by four hexadecimal digits", false},
    {"surrogate", "half of a surrogate pair: \\uD800 to \\uDBFF must be followed by \\uDC00 to \\uDFFF", false},
    {"number overflow", "this number is too large", true},
    {"missing closing '*/'", "this comment has no closing */", false},
}};

std::string explain_literal(std::string_view literal) {
  if (!literal.empty() && static_cast<unsigned char>(literal.front()) >= 0x80)
    return "this is not UTF-8 text in double quotes";
  if (literal.starts_with('\'')) return "strings need double quotes, not single quotes";
  if (const auto near = nearest(literal, {"true", "false", "null"}); !near.empty()) {
    return fmt::format("{} is not a value; did you mean {}?", quote(literal), near);
  }
  constexpr std::string_view digits = "0123456789";
  if (!literal.empty() && std::string_view("0123456789+-.").find(literal.front()) != std::string_view::npos) {
    const bool has_unit = digits.find(literal.front()) != std::string_view::npos &&
                          literal.find_first_not_of("0123456789+-.eExXabcdefABCDEF") != std::string_view::npos;
    return has_unit ? fmt::format("a value with a unit needs double quotes: \"{}\"", literal.substr(0, 40))
                    : fmt::format("{} is not a valid JSON number", quote(literal));
  }
  return fmt::format("{} is not a value; strings need double quotes", quote(literal));
}

bool is_literal(std::string_view token) {
  return !token.empty() && token.front() != '"' && punctuation.find(token.front()) == std::string_view::npos;
}

bool has_leading_zero(std::string_view literal) {
  if (literal.starts_with('-')) literal.remove_prefix(1);
  return literal.size() > 1 && literal[0] == '0' && literal[1] >= '0' && literal[1] <= '9';
}

// Explains a token that is valid, but not at its position.
SyntaxError explain_order(std::string_view text, const Tokens& tokens, std::string_view reason) {
  const std::string_view last = tokens.last.text;
  const std::string_view before = tokens.before.text;
  const std::size_t here = tokens.last.offset;
  if (reason.find("expected end of input") != std::string_view::npos) {
    return {here, "the file must end here, after its closing brace"};
  }
  const bool closes = last == "}" || last == "]";
  if (closes && before == ",")
    return {tokens.before.offset, fmt::format("a trailing comma: remove it, or add an entry before the {}", last)};
  if (last == "," && before == ",") return {here, "two commas in a row: remove one"};
  if ((closes || last == ",") && before == ":") return {here, "a value is missing after the \":\""};
  if (reason.find("object separator") != std::string_view::npos)
    return {here, "a \":\" is missing between the key and its value"};
  if (reason.find("object key") != std::string_view::npos) {
    return {here, fmt::format("a key must be a string in double quotes, but is {}", quote(last))};
  }
  if (reason.find("syntax error while parsing object") != std::string_view::npos ||
      reason.find("syntax error while parsing array") != std::string_view::npos) {
    return {here, closes ? fmt::format("this {} closes a {} that is not open", last, last == "}" ? "{" : "[")
                         : std::string("a comma is missing before this")};
  }
  return {std::min(here, text.size()), fmt::format("expected a value, found {}", quote(last))};
}

SyntaxError explain_end(std::string_view text, const Tokens& tokens) {
  if (tokens.open.empty()) return {text.size(), "the file is empty; it must contain an object with \"endpoints\""};
  const auto& open = tokens.open.back();
  return {open.offset,
          fmt::format("the file ends before the {} that closes this {}", open.text == "{" ? "}" : "]", open.text)};
}

}  // namespace

SyntaxError explain_syntax(std::string_view text, std::size_t stopped, std::string_view reason) {
  const auto reason_has = [&](std::string_view part) { return reason.find(part) != std::string_view::npos; };
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
      text.substr(0, 4).find('\0') != std::string_view::npos) {
    return {0, "this is not UTF-8 but looks like UTF-16 or UTF-32; save the file as UTF-8"};
  }
  const std::string_view seen = text.substr(0, std::min(stopped, text.size()));
  Tokens tokens = scan(seen);
  const bool about_literal = reason_has("invalid literal") || reason_has("invalid number") ||
                             reason_has("number overflow") || reason_has("number literal");
  if (about_literal && !is_literal(tokens.last.text) && is_literal(tokens.before.text)) {
    tokens.last = tokens.before;  // the parser has read the byte after a literal to find its end
  }
  for (const Mistake& mistake : mistakes_in_tokens) {
    if (!reason_has(mistake.reason)) continue;
    if (mistake.reason == "missing closing '*/'") return {seen.rfind("/*"), std::string(mistake.message)};
    return {mistake.at_start ? tokens.last.offset : std::max<std::size_t>(stopped, 1) - 1,
            std::string(mistake.message)};
  }
  if (reason_has("invalid comment")) return {std::max<std::size_t>(stopped, 1) - 1, "a comment starts with // or /*"};
  if (text.empty() || reason_has("unexpected end of input")) return explain_end(text, tokens);
  if (reason_has("invalid literal") || reason_has("invalid number") ||
      (about_literal && has_leading_zero(tokens.last.text))) {
    const std::size_t end = text.find_first_of(" \t\r\n{}[]:,\"", tokens.last.offset);
    tokens.last.text = text.substr(tokens.last.offset, end - tokens.last.offset);
    const bool is_value = !reason_has("object key") && !(tokens.open.empty() && tokens.before.text == "}");
    if (is_value) return {tokens.last.offset, explain_literal(tokens.last.text)};
    if (!reason_has("object key")) reason = "expected end of input";
  }
  return explain_order(text, tokens, reason);
}

}  // namespace portico
