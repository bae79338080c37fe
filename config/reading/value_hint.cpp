#include "config/reading/value_hint.hpp"

#include "config/reading/substitution.hpp"
#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

namespace portico {
namespace {

bool is_number(JsonNode::Kind kind) { return kind == JsonNode::Kind::integer || kind == JsonNode::Kind::number; }

// Returns a text in quotes if the option may have it.
std::string quoted_if_valid(const OptionType& type, const std::string& text) {
  return is_valid_text(type, text) ? quote(text) : std::string();
}

// Returns true if an array of the type may have this node as an entry. What a substitution will be is not known here.
bool is_valid_entry(const OptionType& type, const JsonNode& node, const std::string& spelled) {
  if (!accepts(type.kind, node.kind) || type.store == nullptr) return false;
  if (node.kind != JsonNode::Kind::string) return is_valid_text(type, spelled);
  return has_substitution(node.string) || is_valid_text(type, node.string);
}

std::string suggest_for_number(const OptionType& type, const JsonNode& node, const std::string& spelled) {
  if (node.number < 0) return {};
  const bool is_integer = node.kind == JsonNode::Kind::integer;
  switch (type.kind) {
    case OptionKind::duration:
      return is_integer ? quoted_if_valid(type, spelled + "s") : std::string();
    case OptionKind::rate:
      return is_integer ? quoted_if_valid(type, spelled + "/s") : std::string();
    case OptionKind::byte_rate:
      return is_integer ? quoted_if_valid(type, spelled + "B/s") : std::string();
    case OptionKind::address:
    case OptionKind::listen_address:
      return is_integer && node.integer <= 65535 ? quote(":" + spelled) : std::string();
    case OptionKind::string: {
      const TextForm* form = type.limits.form;
      if (form == nullptr || form->from_number == nullptr) return quoted_if_valid(type, spelled);
      const std::string meant = is_integer ? form->from_number(node.integer) : std::string();
      return meant.empty() ? meant : quoted_if_valid(type, meant);
    }
    case OptionKind::choice:
      return quoted_if_valid(type, spelled);
    default:
      return {};
  }
}

}  // namespace

bool is_valid_text(const OptionType& type, const std::string& text) {
  const auto parsed = value_from_text(type, text);
  return parsed.value && (is_named_value(type, *parsed.value) || !limit_error(type, *parsed.value));
}

bool accepts(OptionKind kind, JsonNode::Kind node) {
  switch (kind) {
    case OptionKind::structure:
    case OptionKind::map:
      return node == JsonNode::Kind::object;
    case OptionKind::array:
      return node == JsonNode::Kind::array;
    case OptionKind::boolean:
      return node == JsonNode::Kind::boolean;
    case OptionKind::integer:
    case OptionKind::number:
      return is_number(node);
    case OptionKind::size:
      return node == JsonNode::Kind::integer || node == JsonNode::Kind::string;
    default:
      return node == JsonNode::Kind::string;
  }
}

bool is_unquoted(OptionKind kind) {
  return kind == OptionKind::boolean || kind == OptionKind::integer || kind == OptionKind::number;
}

std::string suggest_value(const OptionType& type, const JsonNode& node, const std::string& spelled) {
  if (type.kind == OptionKind::array) {
    return is_valid_entry(type.element_types.front(), node, spelled) ? "[" + spelled + "]" : std::string();
  }
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& alternative : type.element_types) {
      if (std::string suggestion = suggest_value(alternative, node, spelled); !suggestion.empty()) return suggestion;
    }
    return {};
  }
  if (node.kind == JsonNode::Kind::string) {
    const bool fits = is_unquoted(type.kind) && is_valid_text(type, node.string);
    return fits ? node.string + " without the quotes" : std::string();
  }
  return is_number(node.kind) ? suggest_for_number(type, node, spelled) : std::string();
}

}  // namespace portico
