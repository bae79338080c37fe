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

// Reader, the part that reads single values.

namespace portico {
namespace {

// A number of JSON as an integer: 1e3 is one, 1.5 is not.
std::optional<std::int64_t> whole_number(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::integer) return node.integer;
  constexpr double exactly_until = 9007199254740992.0;  // 2^53
  if (node.kind == JsonNode::Kind::number && std::abs(node.number) <= exactly_until &&
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
  if (const auto whole = whole_number(node)) return OptionValue(*whole);
  return std::nullopt;
}

SocketAddress* address_in(OptionValue& value) {
  if (auto* listen = std::get_if<ListenAddress>(&value)) return listen;
  return std::get_if<SocketAddress>(&value);
}

bool is_relative_file(const SocketAddress& address) {
  return address.is_unix() && !address.is_abstract() && detail::path_from_utf8(address.path).is_relative();
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void Reader::read_value(const OptionType& type, const JsonNode& node, void* object) {
  if (node.kind == JsonNode::Kind::text) return read_text(type, node, object);
  if (auto value = value_from_number(type.kind, node)) return store(type, node, object, std::move(*value));
  wrong(node, expectation(type), meant_by(type, node, shown(node)));
}

void Reader::read_text(const OptionType& type, const JsonNode& node, void* object) {
  Substituted replaced = substitute(node.text, base_, surroundings_);
  if (!replaced.text) return findings_.add(node.offset, path_, std::move(replaced.wrong));
  if (replaced.from_outside) substituted_[path_.text()] = node.text;

  if (type.kind == OptionKind::size && replaced.from_outside && is_all_digits(*replaced.text)) *replaced.text += 'B';
  auto reading = value_from_text(type, *replaced.text);
  const auto& words = type.limits.words;
  const bool is_word =
      std::any_of(words.begin(), words.end(), [&](const auto& word) { return word.first == *replaced.text; });
  if (is_bare_kind(type.kind) && !is_word && !replaced.from_outside) {
    // Only a substitution may write a number as a text.
    return wrong(node, expectation(type), meant_by(type, node, shown(node)));
  }
  if (!reading.value) {
    const std::string meant = reading.meant.empty() || replaced.from_outside ? std::string() : in_quotes(reading.meant);
    return wrong(node, reading.wrong, meant);
  }
  if (is_word) return type.store(object, *reading.value);
  store(type, node, object, std::move(*reading.value));
  if (type.kind == OptionKind::pem && replaced.from_outside) static_cast<Pem*>(object)->source_text = node.text;
}

void Reader::store(const OptionType& type, const JsonNode& node, void* object, OptionValue value) {
  if (const std::string fault = limit_fault(type, value); !fault.empty()) return wrong(node, fault);
  if (auto* text = std::get_if<std::string>(&value)) {
    const bool is_pem_text = type.kind == OptionKind::pem && text->find("-----BEGIN") != std::string::npos;
    if (type.kind == OptionKind::pem && !is_pem_text && text->find('\n') != std::string::npos) {
      return wrong(node, expectation(type));  // the text of something else, not to be taken for a file's name
    }
    const bool is_file = type.kind == OptionKind::path || (type.kind == OptionKind::pem && !is_pem_text);
    if (is_file && !text->empty()) {
      *text = detail::path_to_utf8(base_ / detail::path_from_utf8(*text));
    }
  }
  if (SocketAddress* address = address_in(value); address != nullptr && is_relative_file(*address)) {
    address->path = detail::path_to_utf8(base_ / detail::path_from_utf8(address->path));
    if (address->path.size() > longest_unix_path) {
      return wrong(node, fmt::format("must have a path of at most {} bytes, with the folder of this file before it",
                                     longest_unix_path));
    }
  }
  type.store(object, value);
}

void Reader::wrong(const JsonNode& node, const std::string& what, const std::string& meant) {
  std::string message = fmt::format("{}, but is {}", what, shown(node));
  if (!meant.empty()) message += fmt::format("; did you mean {}?", meant);
  findings_.add(node.offset, path_, std::move(message));
}

// A value as the file spells it; so a secret is shown as its ${...}.
std::string Reader::shown(const JsonNode& node) const {
  switch (node.kind) {
    case JsonNode::Kind::null:
      return "null";
    case JsonNode::Kind::boolean:
      return node.boolean ? "true" : "false";
    case JsonNode::Kind::text:
      return in_quotes(node.text);
    case JsonNode::Kind::list:
      return "a list";
    case JsonNode::Kind::object:
      return "an object";
    default:
      break;
  }
  const std::string_view rest = text_.substr(node.offset);
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789+-.eE"));
  constexpr std::size_t longest = 40;
  return digits.size() <= longest ? std::string(digits) : fmt::format("{}...", digits.substr(0, longest));
}

}  // namespace portico
