#include "config/values/units.hpp"

#include <fmt/format.h>

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
constexpr std::array<UnitAlias, 31> unit_aliases{{
    {"", "s"},      {"", "B"},      {"sec", "s"},  {"secs", "s"},   {"second", "s"},        {"seconds", "s"},
    {"S", "s"},     {"min", "m"},   {"mins", "m"}, {"minute", "m"}, {"minutes", "m"},       {"hr", "h"},
    {"hour", "h"},  {"hours", "h"}, {"H", "h"},    {"msec", "ms"},  {"milliseconds", "ms"}, {"b", "B"},
    {"bytes", "B"}, {"k", "KiB"},   {"K", "KiB"},  {"KB", "KiB"},   {"kB", "KiB"},          {"kb", "KiB"},
    {"kib", "KiB"}, {"M", "MiB"},   {"MB", "MiB"}, {"mb", "MiB"},   {"G", "GiB"},           {"GB", "GiB"},
    {"gb", "GiB"},
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
  const std::string_view suggestion = suggest_unit(unit, units);
  return {{}, std::string(expected), suggestion.empty() ? std::string() : fmt::format("{}{}", number, suggestion)};
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
  std::string suggestion;
};

RateText split_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, std::nullopt, {}};
  const std::string_view amount = text.substr(0, slash);
  const std::string_view time = text.substr(slash + 1);
  if (const auto per = factor_of(time, rate_units)) return {amount, per, {}};
  const std::string_view suggestion = suggest_unit(time, rate_units);
  return {amount, std::nullopt, suggestion.empty() ? std::string() : fmt::format("{}/{}", amount, suggestion)};
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
  if (!parts.per)
    return {{}, std::string(expected), parts.suggestion.empty() ? fmt::format("{}/s", count) : parts.suggestion};
  return {Rate{count, std::chrono::milliseconds(*parts.per)}, {}, {}};
}

std::string rate_to_text(const Rate& rate) { return fmt::format("{}/{}", rate.count, time_to_text(rate.per)); }

ParseResult<ByteRate> byte_rate_from_text(std::string_view text) {
  constexpr std::string_view expected = R"(must be a rate of bytes such as "240B/s" or "64KiB/s")";
  const RateText parts = split_rate(text);
  const auto bytes = amount_from_text(parts.amount, size_units, expected);
  if (bytes.value && parts.per) return {ByteRate{*bytes.value, std::chrono::milliseconds(*parts.per)}, {}, {}};
  if (parts.amount == text) {  // no slash at all
    const std::string amount = bytes.value ? std::string(text) : bytes.suggestion;
    return {{}, std::string(expected), amount.empty() ? amount : amount + "/s"};
  }
  if (!bytes.suggestion.empty() && parts.per) {
    const auto time = time_to_text(std::chrono::milliseconds(*parts.per));
    return {{}, std::string(expected), fmt::format("{}/{}", bytes.suggestion, time)};
  }
  return {{}, std::string(expected), bytes.value ? parts.suggestion : std::string()};
}

std::string byte_rate_to_text(const ByteRate& rate) {
  return fmt::format("{}/{}", size_to_text(rate.bytes), time_to_text(rate.per));
}

}  // namespace portico
