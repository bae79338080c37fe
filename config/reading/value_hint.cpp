#include "config/reading/value_hint.hpp"

#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

namespace portico {
namespace {

bool is_number(JsonNode::Kind kind) { return kind == JsonNode::Kind::integer || kind == JsonNode::Kind::number; }

std::string meant_by_number(const OptionType& type, const JsonNode& node, const std::string& spelled) {
  if (node.number < 0) return {};
  const bool is_whole = node.kind == JsonNode::Kind::integer;
  switch (type.kind) {
    case OptionKind::duration:
      return is_whole ? in_quotes(spelled + "s") : std::string();
    case OptionKind::rate:
      return is_whole ? in_quotes(spelled + "/s") : std::string();
    case OptionKind::byte_rate:
      return is_whole ? in_quotes(spelled + "B/s") : std::string();
    case OptionKind::address:
    case OptionKind::listen_address:
      return is_whole && node.integer <= 65535 ? in_quotes(":" + spelled) : std::string();
    case OptionKind::text:
      return in_quotes(spelled);
    case OptionKind::choice:
      return value_from_text(type, spelled).value ? in_quotes(spelled) : std::string();
    default:
      return {};
  }
}

}  // namespace

bool is_written_as(OptionKind kind, JsonNode::Kind node) {
  switch (kind) {
    case OptionKind::structure:
    case OptionKind::map:
      return node == JsonNode::Kind::object;
    case OptionKind::list:
      return node == JsonNode::Kind::list;
    case OptionKind::boolean:
      return node == JsonNode::Kind::boolean;
    case OptionKind::integer:
    case OptionKind::number:
      return is_number(node);
    case OptionKind::size:
      return node == JsonNode::Kind::integer || node == JsonNode::Kind::text;
    default:
      return node == JsonNode::Kind::text;
  }
}

bool is_bare_kind(OptionKind kind) {
  return kind == OptionKind::boolean || kind == OptionKind::integer || kind == OptionKind::number;
}

std::string meant_by(const OptionType& type, const JsonNode& node, const std::string& spelled) {
  if (type.kind == OptionKind::list) {
    const bool is_entry = node.kind != JsonNode::Kind::object && is_written_as(type.inner.front().kind, node.kind);
    return is_entry ? "[" + spelled + "]" : std::string();
  }
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& inner : type.inner) {
      if (std::string meant = meant_by(inner, node, spelled); !meant.empty()) return meant;
    }
    return {};
  }
  if (node.kind == JsonNode::Kind::text) {
    const bool fits = is_bare_kind(type.kind) && value_from_text(type, node.text).value;
    return fits ? node.text + " without the quotes" : std::string();
  }
  return is_number(node.kind) ? meant_by_number(type, node, spelled) : std::string();
}

}  // namespace portico
