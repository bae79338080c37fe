#include "config/values/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace portico {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 4> duration_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> size_units{{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};
constexpr std::array<Unit, 3> rate_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}}};

// Common spellings of a unit that are not accepted, but suggest one that is.
struct UnitAlias {
  std::string_view alias, unit;
};
constexpr std::array<UnitAlias, 39> unit_aliases{{
    {"", "s"},      {"", "B"},      {"sec", "s"},   {"secs", "s"},   {"second", "s"},        {"seconds", "s"},
    {"S", "s"},     {"min", "m"},   {"mins", "m"},  {"minute", "m"}, {"minutes", "m"},       {"hr", "h"},
    {"hour", "h"},  {"hours", "h"}, {"H", "h"},     {"msec", "ms"},  {"milliseconds", "ms"}, {"b", "B"},
    {"bytes", "B"}, {"k", "KiB"},   {"K", "KiB"},   {"KB", "KiB"},   {"kB", "KiB"},          {"kb", "KiB"},
    {"kib", "KiB"}, {"M", "MiB"},   {"MB", "MiB"},  {"mb", "MiB"},   {"G", "GiB"},           {"GB", "GiB"},
    {"gb", "GiB"},  {"Ki", "KiB"},  {"KIB", "KiB"}, {"Kib", "KiB"},  {"Mi", "MiB"},          {"MIB", "MiB"},
    {"mib", "MiB"}, {"Gi", "GiB"},  {"gib", "GiB"},
}};

std::optional<std::int64_t> factor_of(std::string_view unit, std::span<const Unit> units) {
  for (const Unit& known : units) {
    if (known.name == unit) return known.factor;
  }
  return std::nullopt;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Returns the unit that `unit` was probably meant to be, or nothing.
std::string_view suggest_unit(std::string_view unit, std::span<const Unit> units) {
  unit = trim(unit);
  if (factor_of(unit, units)) return unit;
  for (const UnitAlias& known : unit_aliases) {
    if (known.alias == unit && factor_of(known.unit, units)) return known.unit;
  }
  return {};
}

// Returns the factor of a unit, of one of its other spellings, or of a day, which only suggestions may have.
std::optional<std::int64_t> likely_factor(std::string_view unit, std::span<const Unit> units) {
  unit = trim(unit);
  if (unit.empty()) return std::nullopt;
  constexpr std::int64_t day = 24 * 3'600'000;
  const bool is_time = units.data() == duration_units.data();
  if (is_time && (unit == "d" || unit == "day" || unit == "days")) return day;
  return factor_of(suggest_unit(unit, units), units);
}

// Returns `number`.`fraction` times `factor`, if it is an integer and small enough to be meant.
std::optional<std::int64_t> product(std::int64_t number, std::string_view fraction, std::int64_t factor) {
  constexpr std::int64_t max_number = 1'000'000'000;
  constexpr std::size_t max_digits = 6;
  if (number > max_number || fraction.size() > max_digits) return std::nullopt;
  std::int64_t scaled = 0, scale = 1;
  for (const char digit : fraction) {
    scaled = scaled * 10 + (digit - '0');
    scale *= 10;
  }
  if (scaled * factor % scale != 0) return std::nullopt;
  return number * factor + scaled * factor / scale;
}

// Returns the amount that a text with fractions or with several units was probably meant to be: "1.5s", "1h30m".
std::optional<std::int64_t> likely_amount(std::string_view text, std::span<const Unit> units) {
  constexpr std::string_view digits = "0123456789";
  std::int64_t total = 0;
  std::int64_t last_factor = std::numeric_limits<std::int64_t>::max();
  text = trim(text);
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::string_view fraction;
    if (text.starts_with('.')) {
      fraction = text.substr(1, std::min(text.find_first_not_of(digits, 1), text.size()) - 1);
      if (fraction.empty()) return std::nullopt;
      text.remove_prefix(fraction.size() + 1);
    }
    const std::string_view unit = text.substr(0, std::min(text.find_first_of(digits), text.size()));
    text.remove_prefix(unit.size());
    const auto factor = likely_factor(unit, units);
    if (!factor || *factor >= last_factor) return std::nullopt;  // units are written from the largest to the smallest
    const auto part = product(number, fraction, *factor);
    if (!part) return std::nullopt;
    total += *part;
    last_factor = *factor;
  }
  return total;
}

std::string amount_to_text(std::int64_t amount, std::span<const Unit> units, std::string_view zero);

// Parses an integer with its unit.
ParseResult<std::int64_t> amount_from_text(std::string_view text, std::span<const Unit> units,
                                           std::string_view expected) {
  std::int64_t number = 0;
  const auto [end_of_number, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end_of_number, static_cast<std::size_t>(text.data() + text.size() - end_of_number));
  if (error == std::errc::result_out_of_range) return {{}, fmt::format("{} (this one is too large)", expected), {}};
  if (error != std::errc() || text.front() == '-') return {{}, std::string(expected), {}};
  if (const auto factor = factor_of(unit, units)) {
    if (number <= std::numeric_limits<std::int64_t>::max() / *factor) return {number * *factor, {}, {}};
    return {{}, fmt::format("{} (this one is too large)", expected), {}};
  }
  if (const std::string_view meant = suggest_unit(unit, units); !meant.empty())
    return {{}, std::string(expected), fmt::format("{}{}", number, meant)};
  const auto likely = likely_amount(text, units);
  return {{}, std::string(expected), likely ? amount_to_text(*likely, units, "") : std::string()};
}

std::string amount_to_text(std::int64_t amount, std::span<const Unit> units, std::string_view zero) {
  if (amount == 0) return std::string(zero);
  for (const Unit& unit : units) {
    if (amount % unit.factor == 0) return fmt::format("{}{}", amount / unit.factor, unit.name);
  }
  return {};  // not reached: the last unit divides everything
}

std::string time_to_text(std::chrono::milliseconds time) {
  for (const Unit& unit : rate_units) {
    if (unit.factor == time.count()) return std::string(unit.name);
  }
  return "s";
}

// The parts of a rate, before and after its slash.
struct RateText {
  std::string_view amount;
  std::optional<std::int64_t> per;
  std::string_view likely_unit;  // of the time; empty: none is likely
};

RateText split_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, std::nullopt, "s"};
  const std::string_view time = text.substr(slash + 1);
  return {text.substr(0, slash), factor_of(time, rate_units), suggest_unit(time, rate_units)};
}

}  // namespace

ParseResult<std::int64_t> duration_from_text(std::string_view text) {
  return amount_from_text(text, duration_units, R"(must be a duration such as "250ms", "10s", "5m" or "1h")");
}

std::string duration_to_text(std::int64_t milliseconds) { return amount_to_text(milliseconds, duration_units, "0s"); }

ParseResult<std::int64_t> size_from_text(std::string_view text) {
  return amount_from_text(text, size_units,
                          R"(must be a size such as "512B", "64KiB" or "1MiB", or a number of bytes)");
}

std::string size_to_text(std::int64_t bytes) { return amount_to_text(bytes, size_units, "0B"); }

ParseResult<Rate> rate_from_text(std::string_view text) {
  constexpr std::string_view expected = R"(must be a rate such as "500/s" or "30/m")";
  const RateText parts = split_rate(text);
  std::int64_t count = 0;
  const char* end = parts.amount.data() + parts.amount.size();
  const auto [end_of_number, error] = std::from_chars(parts.amount.data(), end, count);
  if (error != std::errc() || end_of_number != end || count < 0) return {{}, std::string(expected), {}};
  if (!parts.per) {
    const bool is_likely = !parts.likely_unit.empty();
    return {{}, std::string(expected), is_likely ? fmt::format("{}/{}", count, parts.likely_unit) : std::string()};
  }
  return {Rate{count, std::chrono::milliseconds(*parts.per)}, {}, {}};
}

std::string rate_to_text(const Rate& rate) { return fmt::format("{}/{}", rate.count, time_to_text(rate.per)); }

ParseResult<ByteRate> byte_rate_from_text(std::string_view text) {
  constexpr std::string_view expected = R"(must be a rate of bytes such as "240B/s" or "64KiB/s")";
  const RateText parts = split_rate(text);
  const auto bytes = amount_from_text(parts.amount, size_units, expected);
  if (bytes.value && parts.per) return {ByteRate{*bytes.value, std::chrono::milliseconds(*parts.per)}, {}, {}};
  const std::string amount = bytes.value ? std::string(parts.amount) : bytes.suggestion;
  const bool is_likely = !amount.empty() && !parts.likely_unit.empty();
  return {{}, std::string(expected), is_likely ? fmt::format("{}/{}", amount, parts.likely_unit) : std::string()};
}

std::string byte_rate_to_text(const ByteRate& rate) {
  return fmt::format("{}/{}", size_to_text(rate.bytes), time_to_text(rate.per));
}

}  // namespace portico
