#pragma once

#include <portico/options/values.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// What came of understanding a text.
template <typename T>
struct Reading {
  std::optional<T> value;
  std::string wrong;  // without a value: what would be right, "must be ..."
  std::string meant;  // and what was probably meant, or empty
};

// "250ms", "10s", "5m", "1h": in milliseconds.
Reading<std::int64_t> duration_from_text(std::string_view text);
std::string duration_to_text(std::int64_t milliseconds);

// "512B", "64KiB", "1MiB", "2GiB": in bytes.
Reading<std::int64_t> size_from_text(std::string_view text);
std::string size_to_text(std::int64_t bytes);

// "500/s", "30/m", "10/h".
Reading<Rate> rate_from_text(std::string_view text);
std::string rate_to_text(const Rate& rate);

// "240B/s", "1MiB/m".
Reading<ByteRate> byte_rate_from_text(std::string_view text);
std::string byte_rate_to_text(const ByteRate& rate);

}  // namespace portico
