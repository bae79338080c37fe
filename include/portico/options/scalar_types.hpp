#pragma once

#include <portico/options/limits.hpp>
#include <portico/options/type.hpp>
#include <portico/options/values.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <type_traits>

namespace portico::detail {

// Option types of the C++ types that hold one value. Those that hold several are in compound_types.hpp.

template <typename T>
constexpr OptionKind value_kind() {
  if constexpr (std::same_as<T, bool>)
    return OptionKind::boolean;
  else if constexpr (std::is_enum_v<T>)
    return OptionKind::choice;
  else if constexpr (std::unsigned_integral<T> && sizeof(T) == 8)
    return OptionKind::size;
  else if constexpr (std::integral<T>)
    return OptionKind::integer;
  else if constexpr (std::floating_point<T>)
    return OptionKind::number;
  else if constexpr (IsDuration<T>::value)
    return OptionKind::duration;
  else if constexpr (std::same_as<T, std::string>)
    return OptionKind::string;
  else if constexpr (std::same_as<T, std::filesystem::path>)
    return OptionKind::path;
  else if constexpr (std::same_as<T, Pem>)
    return OptionKind::pem;
  else if constexpr (std::same_as<T, SocketAddress>)
    return OptionKind::address;
  else if constexpr (std::same_as<T, ListenAddress>)
    return OptionKind::listen_address;
  else if constexpr (std::same_as<T, Network>)
    return OptionKind::network;
  else if constexpr (std::same_as<T, Rate>)
    return OptionKind::rate;
  else if constexpr (std::same_as<T, ByteRate>)
    return OptionKind::byte_rate;
  else
    return OptionKind::structure;  // no value: not an option's type
}

template <typename T>
constexpr bool is_value = value_kind<T>() != OptionKind::structure;

// Paths are UTF-8 in the file, independent of the host's encoding.
inline std::filesystem::path path_from_utf8(const std::string& text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}
inline std::string path_to_utf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

inline Pem pem_from_text(const std::string& text) {
  if (text.find("-----BEGIN") != std::string::npos) return {{}, text, {}};
  return {path_from_utf8(text), {}, {}};
}

template <typename T>
void store_value(void* object, const OptionValue& value) {
  T& target = *static_cast<T*>(object);
  if constexpr (std::same_as<T, bool>)
    target = std::get<bool>(value);
  else if constexpr (IsDuration<T>::value)
    target = std::chrono::milliseconds(std::get<std::int64_t>(value));
  else if constexpr (std::integral<T> || std::is_enum_v<T>)
    target = static_cast<T>(std::get<std::int64_t>(value));
  else if constexpr (std::floating_point<T>)
    target = static_cast<T>(std::get<double>(value));
  else if constexpr (std::same_as<T, std::filesystem::path>)
    target = path_from_utf8(std::get<std::string>(value));
  else if constexpr (std::same_as<T, Pem>)
    target = pem_from_text(std::get<std::string>(value));
  else
    target = std::get<T>(value);
}

template <typename T>
OptionValue load_value(const void* object) {
  const T& source = *static_cast<const T*>(object);
  if constexpr (std::same_as<T, bool>)
    return source;
  else if constexpr (IsDuration<T>::value)
    return to_integer(source);
  else if constexpr (std::integral<T> || std::is_enum_v<T>)
    return static_cast<std::int64_t>(source);
  else if constexpr (std::floating_point<T>)
    return static_cast<double>(source);
  else if constexpr (std::same_as<T, std::filesystem::path>)
    return path_to_utf8(source);
  else if constexpr (std::same_as<T, Pem>)
    return source.text.empty() ? path_to_utf8(source.file) : source.text;
  else
    return source;
}

template <typename T>
OptionType value_type(const OptionLimits& limits) {
  OptionType type;
  type.kind = value_kind<T>();
  type.limits = limits;
  type.store = &store_value<T>;
  type.load = &load_value<T>;
  if constexpr (IsDuration<T>::value) {
    static_assert(std::is_convertible_v<std::chrono::milliseconds, T>, "a duration must be able to hold milliseconds");
  }
  if (type.kind == OptionKind::string && !limits.named_values.empty()) type.kind = OptionKind::choice;
  const bool non_negative = type.kind == OptionKind::duration || type.kind == OptionKind::size ||
                            type.kind == OptionKind::rate || type.kind == OptionKind::byte_rate;
  if (!limits.min && non_negative) type.limits.min = 0;
  if constexpr (std::integral<T> && (sizeof(T) < 8 || std::is_signed_v<T>)) {
    if (!limits.min) type.limits.min = std::numeric_limits<T>::min();
    if (!limits.max) type.limits.max = std::numeric_limits<T>::max();
  }
  return type;
}

}  // namespace portico::detail
