#include "config/values/value_text.hpp"

#include "config/values/address_text.hpp"
#include "config/values/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace portico {
namespace {

template <typename T>
Reading<OptionValue> widened(Reading<T> reading) {
  if (reading.value) return {OptionValue(std::move(*reading.value)), {}, {}};
  return {{}, std::move(reading.wrong), std::move(reading.meant)};
}

template <typename T>
Reading<OptionValue> number_from_text(const OptionType& type, std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && rest == end) return {OptionValue(value), {}, {}};
  return {{}, expectation(type), {}};
}

Reading<OptionValue> choice_from_text(const OptionType& type, std::string_view text) {
  std::vector<std::string_view> known;
  for (const auto& [word, value] : type.limits.words) known.push_back(word);
  const std::string_view near = nearest(text, known);
  return {{}, expectation(type), std::string(near)};
}

}  // namespace

Reading<OptionValue> value_from_text(const OptionType& type, std::string_view text) {
  for (const auto& [word, value] : type.limits.words) {
    if (word == text) return {value, {}, {}};
  }
  switch (type.kind) {
    case OptionKind::boolean:
      if (text == "true" || text == "false") return {OptionValue(text == "true"), {}, {}};
      return {{}, expectation(type), {}};
    case OptionKind::integer:
      return number_from_text<std::int64_t>(type, text);
    case OptionKind::number:
      return number_from_text<double>(type, text);
    case OptionKind::duration:
      return widened(duration_from_text(text));
    case OptionKind::size:
      return widened(size_from_text(text));
    case OptionKind::rate:
      return widened(rate_from_text(text));
    case OptionKind::byte_rate:
      return widened(byte_rate_from_text(text));
    case OptionKind::address:
      return widened(address_from_text(text));
    case OptionKind::listen_address:
      return widened(listen_address_from_text(text));
    case OptionKind::network:
      return widened(network_from_text(text));
    case OptionKind::choice:
      return choice_from_text(type, text);
    default:
      return {OptionValue(std::string(text)), {}, {}};
  }
}

std::string value_to_text(const OptionType& type, const OptionValue& value) {
  for (const auto& [word, meaning] : type.limits.words) {
    if (meaning == value) return word;
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

bool is_word(const OptionType& type, const OptionValue& value) {
  const auto& words = type.limits.words;
  return std::any_of(words.begin(), words.end(), [&](const auto& word) { return word.second == value; });
}

bool is_bare(const OptionType& type, const OptionValue& value) {
  if (is_word(type, value)) return false;
  return type.kind == OptionKind::boolean || type.kind == OptionKind::integer || type.kind == OptionKind::number;
}

std::string limit_fault(const OptionType& type, const OptionValue& value) {
  const OptionLimits& limits = type.limits;
  if (type.kind == OptionKind::choice) return is_word(type, value) ? std::string() : expectation(type);
  std::optional<std::int64_t> whole;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) whole = *integer;
  if (const auto* rate = std::get_if<Rate>(&value)) whole = rate->count;
  if (const auto* rate = std::get_if<ByteRate>(&value)) whole = rate->bytes;
  if (whole && ((limits.least && *whole < *limits.least) || (limits.most && *whole > *limits.most))) {
    return (type.kind == OptionKind::integer ? expectation(type) : "must be" + range_in_words(type));
  }
  if (const auto* number = std::get_if<double>(&value)) {
    const bool fits = std::isfinite(*number) && (!limits.least_number || *number >= *limits.least_number) &&
                      (!limits.most_number || *number <= *limits.most_number);
    if (!fits) return expectation(type);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    const bool is_file = type.kind == OptionKind::path || type.kind == OptionKind::pem;
    if (is_file && ((text->empty() && limits.required) || text->find('\0') != std::string::npos))
      return expectation(type);
    if (limits.longest && (text->size() < *limits.shortest || text->size() > *limits.longest)) {
      return fmt::format("must have {} to {} bytes", *limits.shortest, *limits.longest);
    }
  }
  return {};
}

}  // namespace portico
