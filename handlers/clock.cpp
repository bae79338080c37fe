#include "handlers/handlers.hpp"

#include <portico/length_prefix.hpp>

#include <fmt/format.h>

#include <cstdint>

namespace portico::handlers {
namespace {

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

std::string daytime_text(std::chrono::sys_seconds now) {
  static constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                            "Thursday", "Friday", "Saturday"};
  static constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(now - day);
  return fmt::format("{}, {} {}, {} {:02}:{:02}:{:02}-UTC\r\n", weekdays[std::chrono::weekday(day).c_encoding()],
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::array<char, 4> time_number(std::chrono::sys_seconds now) {
  constexpr std::chrono::sys_days epoch{std::chrono::year(1900) / std::chrono::January / 1};
  const auto number = static_cast<std::uint32_t>((now - epoch).count());  // modulo 2^32 (RFC 868)
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16 & 0xFF),
          static_cast<char>(number >> 8 & 0xFF), static_cast<char>(number & 0xFF)};
}

asio::awaitable<void> daytime(Connection& connection) {
  const std::string text = daytime_text(now());
  co_await connection.write(text);
}

asio::awaitable<void> time(Connection& connection) {
  const auto number = time_number(now());
  co_await connection.write(std::string_view(number.data(), number.size()));
}

}  // namespace portico::handlers
