#include "config/values/value_text.hpp"

#include "config/values/address_text.hpp"
#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>
#include <string>
#include <utility>

namespace portico {
namespace {

template <typename T>
ParseResult<OptionValue> to_option_value(ParseResult<T> result) {
  if (result.value) return {OptionValue(std::move(*result.value)), {}, {}};
  return {{}, std::move(result.error), std::move(result.suggestion)};
}

ParseResult<OptionValue> integer_from_text(const OptionType& type, std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && rest == end) return {OptionValue(value), {}, {}};
  return {{}, expected_text(type), {}};
}

// By a stream: libc++ 19 has no from_chars() for numbers with a fraction. No sign in front, no hexadecimal, no "inf".
ParseResult<OptionValue> number_from_text(const OptionType& type, std::string_view text) {
  const bool plain = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos && !text.starts_with('+');
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  double value = 0;
  if (plain && stream >> value && stream.peek() == std::istringstream::traits_type::eof())
    return {OptionValue(value), {}, {}};
  return {{}, expected_text(type), {}};
}

ParseResult<OptionValue> choice_from_text(const OptionType& type, std::string_view text) {
  std::vector<std::string_view> known;
  for (const auto& [name, value] : type.limits.named_values) known.push_back(name);
  const std::string_view near = nearest(text, known);
  return {{}, expected_text(type), std::string(near)};
}

}  // namespace

ParseResult<OptionValue> value_from_text(const OptionType& type, std::string_view text) {
  for (const auto& [name, value] : type.limits.named_values) {
    if (name == text) return {value, {}, {}};
  }
  switch (type.kind) {
    case OptionKind::boolean:
      if (text == "true" || text == "false") return {OptionValue(text == "true"), {}, {}};
      return {{}, expected_text(type), {}};
    case OptionKind::integer:
      return integer_from_text(type, text);
    case OptionKind::number:
      return number_from_text(type, text);
    case OptionKind::duration:
      return to_option_value(duration_from_text(text));
    case OptionKind::size:
      return to_option_value(size_from_text(text));
    case OptionKind::rate:
      return to_option_value(rate_from_text(text));
    case OptionKind::byte_rate:
      return to_option_value(byte_rate_from_text(text));
    case OptionKind::address:
      return to_option_value(address_from_text(text));
    case OptionKind::listen_address:
      return to_option_value(listen_address_from_text(text));
    case OptionKind::network:
      return to_option_value(network_from_text(text));
    case OptionKind::choice:
      return choice_from_text(type, text);
    default:
      return {OptionValue(std::string(text)), {}, {}};
  }
}

std::string value_to_text(const OptionType& type, const OptionValue& value) {
  for (const auto& [name, named] : type.limits.named_values) {
    if (named == value) return name;
  }
  struct Writer {
    const OptionType& type;
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const {
      if (type.kind == OptionKind::duration) return duration_to_text(v);
      if (type.kind == OptionKind::size) return size_to_text(v);
      return fmt::format("{}", v);
    }
    std::string operator()(double v) const { return fmt::format("{}", v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const SocketAddress& v) const { return address_to_text(v); }
    std::string operator()(const ListenAddress& v) const { return listen_address_to_text(v); }
    std::string operator()(const Network& v) const { return network_to_text(v); }
    std::string operator()(const Rate& v) const { return rate_to_text(v); }
    std::string operator()(const ByteRate& v) const { return byte_rate_to_text(v); }
  };
  return std::visit(Writer{type}, value);
}

bool is_named_value(const OptionType& type, const OptionValue& value) {
  const auto& named = type.limits.named_values;
  return std::any_of(named.begin(), named.end(), [&](const auto& entry) { return entry.second == value; });
}

bool is_unquoted(const OptionType& type, const OptionValue& value) {
  if (is_named_value(type, value)) return false;
  return type.kind == OptionKind::boolean || type.kind == OptionKind::integer || type.kind == OptionKind::number;
}

std::optional<std::string> limit_error(const OptionType& type, const OptionValue& value) {
  const OptionLimits& limits = type.limits;
  if (type.kind == OptionKind::choice) {
    if (is_named_value(type, value)) return std::nullopt;
    return expected_text(type);
  }
  std::optional<std::int64_t> integer;
  if (const auto* held = std::get_if<std::int64_t>(&value)) integer = *held;
  if (const auto* rate = std::get_if<Rate>(&value)) integer = rate->count;
  if (const auto* rate = std::get_if<ByteRate>(&value)) integer = rate->bytes;
  if (integer && ((limits.min && *integer < *limits.min) || (limits.max && *integer > *limits.max))) {
    return (type.kind == OptionKind::integer ? expected_text(type) : "must be" + describe_range(type));
  }
  if (const auto* number = std::get_if<double>(&value)) {
    const bool fits = std::isfinite(*number) && (!limits.min_number || *number >= *limits.min_number) &&
                      (!limits.max_number || *number <= *limits.max_number);
    if (!fits) return expected_text(type);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    const bool is_file = type.kind == OptionKind::path || type.kind == OptionKind::pem;
    if (is_file && ((text->empty() && limits.required) || text->find('\0') != std::string::npos))
      return expected_text(type);
    if (limits.max_size && (text->size() < *limits.min_size || text->size() > *limits.max_size)) {
      return fmt::format("must have {} to {} bytes", *limits.min_size, *limits.max_size);
    }
    if (limits.form != nullptr && !limits.form->is_valid(*text)) return expected_text(type);
  }
  return std::nullopt;
}

OptionType entry_type(const OptionType& array) {
  OptionType entry = array.element_types.front();
  entry.limits.required = array.limits.required;
  return entry;
}

}  // namespace portico
