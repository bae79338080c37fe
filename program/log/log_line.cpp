#include "program/log/log_line.hpp"

#include <portico/json_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace portico {

namespace {

constexpr std::string_view level_names[] = {"debug", "info", "warn", "error"};

// "2026-11-22T20:10:00.123Z" (RFC 3339), computed without the C library, whose gmtime differs between systems.
std::string utc(std::chrono::system_clock::time_point time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(ms);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(ms - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

// Returns true for text that needs no quotes in the text format.
bool is_bare_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\' && c != '='; });
}

// Returns at most `size` bytes of `text`, without cutting a UTF-8 character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

LogLine::LogLine(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level, std::string_view event)
    : format_(format) {
  const auto level_name = level_names[static_cast<std::size_t>(level)];
  line_.reserve(384);
  if (format == LogFormat::json) {
    fmt::format_to(std::back_inserter(line_), R"({{"time":"{}","level":"{}","event":"{}")", utc(time), level_name,
                   event);
  } else {
    fmt::format_to(std::back_inserter(line_), "{} {:<5} {}", utc(time), level_name, event);
  }
}

LogLine& LogLine::add(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  append_key(key);
  append_text(value);
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::uint64_t value) {
  append_key(key);
  fmt::format_to(std::back_inserter(line_), "{}", value);
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::chrono::milliseconds value) {
  append_key(key);
  fmt::format_to(std::back_inserter(line_), "{}", value.count());
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::chrono::system_clock::time_point value) {
  return add(key, utc(value));
}

LogLine& LogLine::add(std::string_view key, const Annotations& value) {
  if (value.empty()) return *this;
  if (format_ == LogFormat::text) {
    for (const auto& [name, text] : value) {
      append_key(fmt::format("{}.{}", key, name));
      append_text(text);
    }
    return *this;
  }
  append_key(key);
  char separator = '{';
  for (const auto& [name, text] : value) {
    line_ += separator;
    append_text(name);
    line_ += ':';
    append_text(text);
    separator = ',';
  }
  line_ += '}';
  return *this;
}

std::string LogLine::finish() {
  line_ += format_ == LogFormat::json ? "}\n" : "\n";
  return std::move(line_);
}

void LogLine::append_key(std::string_view key) {
  line_ += format_ == LogFormat::json ? ',' : ' ';
  append_text(key);
  line_ += format_ == LogFormat::json ? ':' : '=';
}

void LogLine::append_text(std::string_view text) {
  if (text.size() > max_text) {
    line_ += json_text(std::string(utf8_prefix(text, max_text)) + "...");
  } else if (format_ == LogFormat::text && is_bare_word(text)) {
    line_ += text;
  } else {
    line_ += json_text(text);
  }
}

}  // namespace portico
