#include "config/reading/reader.hpp"
#include "config/reading/value_hint.hpp"
#include "config/values/address_text.hpp"
#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

#include <portico/options/scalar_types.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

// The part of Reader that reads single values.

namespace portico {
namespace {

// Returns a JSON number as an integer, if it is one: 1e3 is, 1.5 is not.
std::optional<std::int64_t> integer_from_number(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::integer) return node.integer;
  constexpr double max_exact = 9007199254740992.0;  // 2^53
  if (node.kind == JsonNode::Kind::number && std::abs(node.number) <= max_exact &&
      std::trunc(node.number) == node.number) {
    return static_cast<std::int64_t>(node.number);
  }
  return std::nullopt;
}

std::optional<OptionValue> value_from_number(OptionKind kind, const JsonNode& node) {
  if (kind == OptionKind::boolean && node.kind == JsonNode::Kind::boolean) return node.boolean;
  if (node.kind != JsonNode::Kind::integer && node.kind != JsonNode::Kind::number) return std::nullopt;
  if (kind == OptionKind::number) return node.number;
  if (kind != OptionKind::integer && kind != OptionKind::size) return std::nullopt;
  if (const auto integer = integer_from_number(node)) return OptionValue(*integer);
  return std::nullopt;
}

SocketAddress* address_in(OptionValue& value) {
  if (auto* listen = std::get_if<ListenAddress>(&value)) return listen;
  return std::get_if<SocketAddress>(&value);
}

bool is_relative_file(const SocketAddress& address) {
  return address.is_unix() && !address.is_abstract() && detail::path_from_utf8(address.path).is_relative();
}

// Returns true for kinds whose values are not secret: the log and the messages of a start are about them.
bool is_plain_kind(OptionKind kind) {
  switch (kind) {
    case OptionKind::string:
    case OptionKind::path:
    case OptionKind::pem:
    case OptionKind::address:
    case OptionKind::network:
      return false;
    default:
      return true;
  }
}

bool has_named_value(const OptionType& type, std::string_view name) {
  const auto& named = type.limits.named_values;
  return std::any_of(named.begin(), named.end(), [&](const auto& entry) { return entry.first == name; });
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void Reader::read_value(const OptionType& type, const JsonNode& node, void* object) {
  if (node.kind == JsonNode::Kind::string) return read_string(type, node, object, type);
  if (auto value = value_from_number(type.kind, node)) return store(type, node, object, std::move(*value));
  report(node, expected_text(type), suggest_value(type, node, shown(node)));
}

void Reader::read_string(const OptionType& type, const JsonNode& node, void* object, const OptionType& described) {
  Substituted replaced = substitute(node.string, base_, env_);
  if (!replaced.text) return diagnostics_.add(node.offset, path_, std::move(replaced.error));
  const bool is_name = has_named_value(type, *replaced.text);
  if (replaced.is_external) note_substitution(node, replaced, is_name || is_plain_kind(type.kind));
  if (type.kind == OptionKind::size && replaced.is_external && is_all_digits(*replaced.text)) *replaced.text += 'B';
  auto parsed = value_from_text(type, *replaced.text);
  if (is_unquoted(type.kind) && !is_name && !replaced.is_external) {
    // Only a substitution may write a number as a string.
    return report(node, expected_text(type), suggest_value(type, node, shown(node)));
  }
  if (!parsed.value) {
    const bool suggests = !replaced.is_external && !parsed.suggestion.empty() && is_valid_text(type, parsed.suggestion);
    const std::string error = type.kind == OptionKind::choice ? expected_text(described) : parsed.error;
    return report(node, error, suggests ? quote(parsed.suggestion) : std::string());
  }
  if (is_name) return type.store(object, *parsed.value);
  store(type, node, object, std::move(*parsed.value));
  if (!replaced.is_external) return;
  if (type.kind == OptionKind::pem)
    static_cast<Pem*>(object)->source_text = node.string;
  else if (!replaced.parts.empty())  // messages may show it in this form: "2m" for "120s", a file name with its folder
    substituted_[path_.key()].hidden.push_back({value_to_text(type, type.load(object)), node.string, true});
}

void Reader::note_substitution(const JsonNode& node, const Substituted& replaced, bool is_plain) {
  SubstitutedSetting& setting = substituted_[path_.key()] = {node.string, {}, is_plain};
  if (replaced.parts.empty()) return;
  for (const auto& [text, spelled] : replaced.parts) setting.hidden.push_back({text, spelled, false});
  setting.hidden.push_back({*replaced.text, node.string, true});
}

void Reader::store(const OptionType& type, const JsonNode& node, void* object, OptionValue value) {
  if (const auto error = limit_error(type, value)) return report(node, *error);
  if (auto* text = std::get_if<std::string>(&value)) {
    const bool is_pem_text = type.kind == OptionKind::pem && text->find("-----BEGIN") != std::string::npos;
    if (type.kind == OptionKind::pem && !is_pem_text && text->find('\n') != std::string::npos) {
      return report(node, expected_text(type));  // not PEM text, and a file name has no line end
    }
    const bool is_file = type.kind == OptionKind::path || (type.kind == OptionKind::pem && !is_pem_text);
    if (is_file && !text->empty()) {
      *text = detail::path_to_utf8(base_ / detail::path_from_utf8(*text));
    }
  }
  if (SocketAddress* address = address_in(value); address != nullptr && is_relative_file(*address)) {
    address->path = detail::path_to_utf8(base_ / detail::path_from_utf8(address->path));
    if (address->path.size() > max_unix_path) {
      return report(
          node, fmt::format("must have a path of at most {} bytes, including the folder of this file", max_unix_path));
    }
  }
  type.store(object, value);
}

void Reader::report(const JsonNode& node, const std::string& error, const std::string& suggestion) {
  std::string message = fmt::format("{}, but is {}", error, shown(node));
  if (node.kind == JsonNode::Kind::string && has_substitution(node.string))
    message = fmt::format("{}, but the value of {} (not shown) {}", error, shown(node),
                          error.starts_with("must be") ? "is not" : "does not");
  if (!suggestion.empty()) message += fmt::format("; did you mean {}?", suggestion);
  diagnostics_.add(node.offset, path_, std::move(message));
}

// Returns a value as the file spells it, so that a secret is shown as its ${...}.
std::string Reader::shown(const JsonNode& node) const {
  switch (node.kind) {
    case JsonNode::Kind::null:
      return "null";
    case JsonNode::Kind::boolean:
      return node.boolean ? "true" : "false";
    case JsonNode::Kind::string:
      return quote(node.string);
    case JsonNode::Kind::array:
      return "an array";
    case JsonNode::Kind::object:
      return "an object";
    default:
      break;
  }
  const std::string_view from_value = text_.substr(node.offset);
  const std::string_view digits = from_value.substr(0, from_value.find_first_not_of("0123456789+-.eE"));
  constexpr std::size_t max_length = 40;
  return digits.size() <= max_length ? std::string(digits) : fmt::format("{}...", digits.substr(0, max_length));
}

}  // namespace portico
