#pragma once

#include <portico/options/scalar_types.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace portico {

// A struct that describes itself: see options.hpp.
template <typename T>
concept Described = requires {
  T::describe();
};

namespace detail {

template <typename T>
OptionType struct_type();  // options.hpp

template <typename T>
OptionType type_of(const OptionLimits& limits);

// Returns the limits of each element of a compound. Limits of the compound itself (such as its number of entries, or
// that it is required) do not apply to its elements.
inline OptionLimits element_limits(const OptionLimits& limits, bool counts_entries) {
  OptionLimits inner = limits;
  inner.required = inner.allow_scalar = false;
  inner.documented_default.clear();
  inner.key_error = nullptr;
  if (counts_entries) inner.min_size = inner.max_size = std::nullopt;
  return inner;
}

template <typename T>
struct CompoundTraits : std::false_type {};

template <typename T>
struct CompoundTraits<std::vector<T>> : std::true_type {
  static constexpr OptionKind kind = OptionKind::array;
  static std::vector<OptionType> element_types(const OptionLimits& limits) {
    return {type_of<T>(element_limits(limits, true))};
  }
  static void clear(void* object) { static_cast<std::vector<T>*>(object)->clear(); }
  static void* add(void* object, const std::string&, std::size_t) {
    return &static_cast<std::vector<T>*>(object)->emplace_back();
  }
  static std::vector<OptionType::Child> children(const void* object) {
    std::vector<OptionType::Child> all;
    for (const T& entry : *static_cast<const std::vector<T>*>(object)) all.push_back({{}, all.size(), &entry});
    return all;
  }
};

template <typename T>
struct CompoundTraits<std::map<std::string, T>> : std::true_type {
  static constexpr OptionKind kind = OptionKind::map;
  static std::vector<OptionType> element_types(const OptionLimits& limits) {
    return {type_of<T>(element_limits(limits, true))};
  }
  static void clear(void* object) { static_cast<std::map<std::string, T>*>(object)->clear(); }
  static void* add(void* object, const std::string& key, std::size_t) {
    return &(*static_cast<std::map<std::string, T>*>(object))[key];
  }
  static std::vector<OptionType::Child> children(const void* object) {
    std::vector<OptionType::Child> all;
    for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(object))
      all.push_back({key, 0, &value});
    return all;
  }
};

template <typename T>
struct CompoundTraits<std::optional<T>> : std::true_type {
  static constexpr OptionKind kind = OptionKind::optional;
  static std::vector<OptionType> element_types(const OptionLimits& limits) {
    return {type_of<T>(element_limits(limits, false))};
  }
  static void clear(void* object) { static_cast<std::optional<T>*>(object)->reset(); }
  static void* add(void* object, const std::string&, std::size_t) {
    auto& value = *static_cast<std::optional<T>*>(object);
    return value ? &*value : &value.emplace();
  }
  static std::vector<OptionType::Child> children(const void* object) {
    const auto& value = *static_cast<const std::optional<T>*>(object);
    if (!value) return {};
    return {{{}, 0, &*value}};
  }
};

// The alternatives are distinguished by their JSON type: see Reader::read_one_of().
template <typename... Ts>
struct CompoundTraits<std::variant<Ts...>> : std::true_type {
  using Variant = std::variant<Ts...>;
  static constexpr OptionKind kind = OptionKind::one_of;
  static std::vector<OptionType> element_types(const OptionLimits& limits) {
    return {type_of<Ts>(element_limits(limits, false))...};
  }
  static void clear(void*) {}
  static void* add(void* object, const std::string&, std::size_t index) {
    return emplace(*static_cast<Variant*>(object), index, std::index_sequence_for<Ts...>());
  }
  static std::vector<OptionType::Child> children(const void* object) {
    const auto& value = *static_cast<const Variant*>(object);
    const void* held = std::visit([](const auto& alternative) -> const void* { return &alternative; }, value);
    return {{{}, value.index(), held}};
  }

 private:
  template <std::size_t... I>
  static void* emplace(Variant& value, std::size_t index, std::index_sequence<I...>) {
    void* object = nullptr;
    (void)((I == index && (object = &value.template emplace<I>(), true)) || ...);
    return object;
  }
};

// True for every type that an option can have, however deep its elements are.
template <typename T>
constexpr bool is_option_type = Described<T> || is_value<T>;
template <typename T>
constexpr bool is_option_type<std::vector<T>> = is_option_type<T> && !std::is_same_v<T, bool>;
template <typename T>
constexpr bool is_option_type<std::map<std::string, T>> = is_option_type<T>;
template <typename T>
constexpr bool is_option_type<std::optional<T>> = is_option_type<T>;
template <typename... Ts>
constexpr bool is_option_type<std::variant<Ts...>> = (is_option_type<Ts> && ...);

template <typename T>
OptionType type_of(const OptionLimits& limits) {
  if constexpr (Described<T>) {
    OptionType type = struct_type<T>();
    type.limits = limits;
    return type;
  } else if constexpr (CompoundTraits<T>::value) {
    using Traits = CompoundTraits<T>;
    OptionType type;
    type.kind = Traits::kind;
    type.limits = limits;
    type.element_types = Traits::element_types(limits);
    type.clear = &Traits::clear;
    type.add = &Traits::add;
    type.children = &Traits::children;
    return type;
  } else {
    return value_type<T>(limits);
  }
}

}  // namespace detail
}  // namespace portico
