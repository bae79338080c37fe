#include <portico/length_prefix.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <stdexcept>

namespace portico {

void LengthPrefix::check() const {
  if (size != 1 && size != 2 && size != 4 && size != 8)
    throw std::invalid_argument(fmt::format("a length prefix has 1, 2, 4 or 8 bytes, not {}", size));
}

std::uint64_t LengthPrefix::max_length() const {
  check();
  constexpr std::uint64_t max_uint64 = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t max = size == 8 ? max_uint64 : (std::uint64_t{1} << (8 * size)) - 1;
  return includes_prefix ? max - size : max;
}

std::uint64_t LengthPrefix::read(std::string_view bytes) const {
  check();
  if (bytes.size() < size)
    throw std::invalid_argument(fmt::format("a length prefix of {} bytes cannot be read from {}", size, bytes.size()));
  std::uint64_t number = 0;
  for (std::size_t power = size; power-- > 0;) {
    const std::size_t index = order == std::endian::little ? power : size - 1 - power;
    number = number << 8 | static_cast<unsigned char>(bytes[index]);
  }
  return number;
}

EncodedPrefix::EncodedPrefix(const LengthPrefix& format, std::uint64_t length) : size_(format.size) {
  format.check();
  if (length > format.max_length())
    throw std::length_error(fmt::format("a message of {} bytes does not fit a {}-byte length", length, size_));
  std::uint64_t rest = format.includes_prefix ? length + size_ : length;
  const auto bytes = std::span(bytes_).first(size_);
  for (char& byte : bytes) {
    byte = static_cast<char>(rest & 0xFF);
    rest >>= 8;
  }
  if (format.order == std::endian::big) std::ranges::reverse(bytes);
}

}  // namespace portico
