#pragma once

#include <portico/options/type.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace portico {

// Limits of an option, given after its help text. On an array, a map or an optional, a limit on a value applies to each
// value inside.
//
//   option("trust", &Self::trust, "Networks of the proxies.", required(), length(1, 1000)),
//   option("workers", &Self::workers, "Worker threads.", between(1, 1024), named_value("auto", 0))
//   option("backends", &Self::backends, "Servers to connect to.", required(), length(1, 64), example("127.0.0.1:9000"))

namespace detail {

template <typename T>
struct IsDuration : std::false_type {};
template <typename Rep, typename Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type {};

template <typename T>
constexpr std::int64_t to_integer(T value) {
  if constexpr (IsDuration<T>::value) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <typename T>
struct Between {
  T min, max;

  void apply(OptionLimits& limits) const {
    if constexpr (std::is_floating_point_v<T>) {
      limits.min_number = min;
      limits.max_number = max;
    } else {
      limits.min = to_integer(min);
      limits.max = to_integer(max);
      if constexpr (!IsDuration<T>::value) {
        limits.min_number = static_cast<double>(min);
        limits.max_number = static_cast<double>(max);
      }
    }
  }
};

struct Length {
  std::size_t min_size, max_size;

  void apply(OptionLimits& limits) const {
    limits.min_size = min_size;
    limits.max_size = max_size;
  }
};

template <std::size_t N>
struct Choices {
  std::array<std::string_view, N> texts;

  void apply(OptionLimits& limits) const {
    for (const std::string_view text : texts) limits.named_values.emplace_back(std::string(text), std::string(text));
  }
};

template <typename T>
struct NamedValue {
  std::string_view text;
  T value;

  void apply(OptionLimits& limits) const {
    if constexpr (std::is_floating_point_v<T>) {
      limits.named_values.emplace_back(std::string(text), static_cast<double>(value));
    } else {
      limits.named_values.emplace_back(std::string(text), to_integer(value));
    }
  }
};

struct Keys {
  std::optional<std::string> (*error)(const std::string& key);

  void apply(OptionLimits& limits) const { limits.key_error = error; }
};

struct Form {
  const TextForm* form;

  void apply(OptionLimits& limits) const { limits.form = form; }
};

struct Required {
  void apply(OptionLimits& limits) const { limits.required = true; }
};

struct AllowScalar {
  void apply(OptionLimits& limits) const { limits.allow_scalar = true; }
};

struct DocumentedDefault {
  std::string_view text;

  void apply(OptionLimits& limits) const { limits.documented_default = text; }
};

struct Example {
  std::string_view text;

  void apply(OptionLimits& limits) const { limits.example = text; }
};

}  // namespace detail

// Limits a value to the range from `min` to `max`, both included: of integers, numbers, sizes in bytes, durations
// (between(1s, 1h)), and the count of a rate.
template <typename L, typename M>
constexpr auto between(L min, M max) {
  using T = std::common_type_t<L, M>;
  return detail::Between<T>{T(min), T(max)};
}

// Limits the length of a string, in bytes, or the number of entries of an array or a map.
constexpr auto length(std::size_t min_size, std::size_t max_size) { return detail::Length{min_size, max_size}; }

// Limits a string to one of these.
template <std::convertible_to<std::string_view>... Texts>
constexpr auto choices(Texts... texts) {
  return detail::Choices<sizeof...(Texts)>{{std::string_view(texts)...}};
}

// Lets the file say `text` instead of `value`: named_value("auto", 0). An enum needs one for each of its values.
template <typename T>
constexpr auto named_value(std::string_view text, T value) {
  return detail::NamedValue<T>{text, value};
}

// Checks the keys of a map: `error` returns "must be ..." for an invalid key, and nothing for a valid one.
constexpr auto keys(std::optional<std::string> (*error)(const std::string& key)) { return detail::Keys{error}; }

// Limits a string to a form, such as that of a file's mode. The reader checks it, and its messages, the schema and the
// reference describe it (TextForm, options/type.hpp). `form` must be a constant, since it must outlive the description.
constexpr auto form(const TextForm& form) { return detail::Form{&form}; }

// Requires the option to be in the file.
constexpr auto required() { return detail::Required{}; }

// Lets the file write an array with one entry without its brackets.
constexpr auto allow_scalar() { return detail::AllowScalar{}; }

// Sets the default that the schema and the reference show, where the real one depends on the host.
constexpr auto documented_default(std::string_view text) { return detail::DocumentedDefault{text}; }

// Gives a required option the value that `portico defaults` writes, and that the schema and the reference show:
// example("127.0.0.1:9000"). Of an array or a map: the value of its only entry.
constexpr auto example(std::string_view text) { return detail::Example{text}; }

}  // namespace portico
