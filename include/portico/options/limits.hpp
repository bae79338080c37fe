#pragma once

#include <portico/options/type.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace portico {

// What can be said behind an option's help text. On a list, a map or an optional, what is said about one value holds
// for each value inside.

namespace detail {

template <typename T>
struct IsDuration : std::false_type {};
template <typename Rep, typename Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type {};

template <typename T>
constexpr std::int64_t whole(T value) {
  if constexpr (IsDuration<T>::value) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <typename T>
struct Between {
  T least, most;

  void apply(OptionLimits& limits) const {
    if constexpr (std::is_floating_point_v<T>) {
      limits.least_number = least;
      limits.most_number = most;
    } else {
      limits.least = whole(least);
      limits.most = whole(most);
      if constexpr (!IsDuration<T>::value) {
        limits.least_number = static_cast<double>(least);
        limits.most_number = static_cast<double>(most);
      }
    }
  }
};

struct Length {
  std::size_t shortest, longest;

  void apply(OptionLimits& limits) const {
    limits.shortest = shortest;
    limits.longest = longest;
  }
};

template <std::size_t N>
struct Choices {
  std::array<std::string_view, N> texts;

  void apply(OptionLimits& limits) const {
    for (const std::string_view text : texts) limits.words.emplace_back(std::string(text), std::string(text));
  }
};

template <typename T>
struct Word {
  std::string_view text;
  T value;

  void apply(OptionLimits& limits) const {
    if constexpr (std::is_floating_point_v<T>) {
      limits.words.emplace_back(std::string(text), static_cast<double>(value));
    } else {
      limits.words.emplace_back(std::string(text), whole(value));
    }
  }
};

struct Keys {
  std::string (*fault)(const std::string& key);

  void apply(OptionLimits& limits) const { limits.key_fault = fault; }
};

struct Required {
  void apply(OptionLimits& limits) const { limits.required = true; }
};

struct OrSingle {
  void apply(OptionLimits& limits) const { limits.or_single = true; }
};

struct ShownDefault {
  std::string_view text;

  void apply(OptionLimits& limits) const { limits.shown_default = text; }
};

}  // namespace detail

// The value may be anything from `least` to `most`, both included: integers, numbers, sizes, durations
// (between(1s, 1h)), the count of a rate.
template <typename L, typename M>
constexpr auto between(L least, M most) {
  using T = std::common_type_t<L, M>;
  return detail::Between<T>{T(least), T(most)};
}

// So many bytes of a text, or entries of a list or a map.
constexpr auto length(std::size_t shortest, std::size_t longest) { return detail::Length{shortest, longest}; }

// A text must be one of these.
template <std::convertible_to<std::string_view>... Texts>
constexpr auto choices(Texts... texts) {
  return detail::Choices<sizeof...(Texts)>{{std::string_view(texts)...}};
}

// The file may say `text`, which stands for `value`: word("auto", 0). An enum has a word for each of its values.
template <typename T>
constexpr auto word(std::string_view text, T value) {
  return detail::Word<T>{text, value};
}

// The keys of a map must be right: `fault` says what is wrong with one, "must be ...", or nothing.
constexpr auto keys(std::string (*fault)(const std::string& key)) { return detail::Keys{fault}; }

// The option must be in the file.
constexpr auto required() { return detail::Required{}; }

// A list with one entry may be written without the brackets.
constexpr auto or_single() { return detail::OrSingle{}; }

// What the schema and the reference show as default where the real one depends on the host.
constexpr auto shown_default(std::string_view text) { return detail::ShownDefault{text}; }

}  // namespace portico
