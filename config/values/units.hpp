#pragma once

#include <portico/options/values.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Result of parsing a string.
template <typename T>
struct ParseResult {
  std::optional<T> value;
  std::string error;       // without a value: "must be ..."
  std::string suggestion;  // and the value that was probably meant, or empty
};

// Parse and print a duration in milliseconds: "250ms", "10s", "5m", "1h".
ParseResult<std::int64_t> duration_from_text(std::string_view text);
std::string duration_to_text(std::int64_t milliseconds);

// Parse and print a size in bytes: "512B", "64KiB", "1MiB", "2GiB".
ParseResult<std::int64_t> size_from_text(std::string_view text);
std::string size_to_text(std::int64_t bytes);

// Parse and print a rate: "500/s", "30/m", "10/h".
ParseResult<Rate> rate_from_text(std::string_view text);
std::string rate_to_text(const Rate& rate);

// Parse and print a rate of bytes: "240B/s", "1MiB/m".
ParseResult<ByteRate> byte_rate_from_text(std::string_view text);
std::string byte_rate_to_text(const ByteRate& rate);

}  // namespace portico
