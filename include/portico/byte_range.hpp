#pragma once

#include <concepts>
#include <cstddef>
#include <ranges>
#include <type_traits>

namespace portico {

// Contiguous bytes of known length: a std::vector, a std::array, a span or a built-in array of char, unsigned char
// (std::uint8_t) or std::byte.
template <typename T>
concept ByteRange = std::ranges::contiguous_range<T> && std::ranges::sized_range<T> &&
    (std::same_as<std::ranges::range_value_t<T>, char> || std::same_as<std::ranges::range_value_t<T>, unsigned char> ||
     std::same_as<std::ranges::range_value_t<T>, std::byte>);

// Bytes that can be written to and outlive the expression which names them: an object, or a span of one.
template <typename T>
concept WritableByteRange = ByteRange<T> && std::ranges::borrowed_range<T> &&
    !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<T>>>;

}  // namespace portico
