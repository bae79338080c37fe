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

// What holds for the whole (how many entries, whether it must be there) is not handed on to what is inside.
inline OptionLimits limits_inside(const OptionLimits& limits, bool counts_entries) {
  OptionLimits inside = limits;
  inside.required = inside.or_single = false;
  inside.shown_default.clear();
  inside.key_fault = nullptr;
  if (counts_entries) inside.shortest = inside.longest = std::nullopt;
  return inside;
}

template <typename T>
struct CompoundTraits : std::false_type {};

template <typename T>
struct CompoundTraits<std::vector<T>> : std::true_type {
  static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no elements to point at");
  static constexpr OptionKind kind = OptionKind::list;
  static std::vector<OptionType> inner(const OptionLimits& limits) { return {type_of<T>(limits_inside(limits, true))}; }
  static void clear(void* object) { static_cast<std::vector<T>*>(object)->clear(); }
  static void* add(void* object, const std::string&, std::size_t) {
    return &static_cast<std::vector<T>*>(object)->emplace_back();
  }
  static std::vector<OptionType::Part> parts(const void* object) {
    std::vector<OptionType::Part> all;
    for (const T& entry : *static_cast<const std::vector<T>*>(object)) all.push_back({{}, all.size(), &entry});
    return all;
  }
};

template <typename T>
struct CompoundTraits<std::map<std::string, T>> : std::true_type {
  static constexpr OptionKind kind = OptionKind::map;
  static std::vector<OptionType> inner(const OptionLimits& limits) { return {type_of<T>(limits_inside(limits, true))}; }
  static void clear(void* object) { static_cast<std::map<std::string, T>*>(object)->clear(); }
  static void* add(void* object, const std::string& key, std::size_t) {
    return &(*static_cast<std::map<std::string, T>*>(object))[key];
  }
  static std::vector<OptionType::Part> parts(const void* object) {
    std::vector<OptionType::Part> all;
    for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(object))
      all.push_back({key, 0, &value});
    return all;
  }
};

template <typename T>
struct CompoundTraits<std::optional<T>> : std::true_type {
  static constexpr OptionKind kind = OptionKind::optional;
  static std::vector<OptionType> inner(const OptionLimits& limits) {
    return {type_of<T>(limits_inside(limits, false))};
  }
  static void clear(void* object) { static_cast<std::optional<T>*>(object)->reset(); }
  static void* add(void* object, const std::string&, std::size_t) {
    auto& value = *static_cast<std::optional<T>*>(object);
    return value ? &*value : &value.emplace();
  }
  static std::vector<OptionType::Part> parts(const void* object) {
    const auto& value = *static_cast<const std::optional<T>*>(object);
    if (!value) return {};
    return {{{}, 0, &*value}};
  }
};

// Told apart by how they look in the file: see OptionKind::one_of in the reader.
template <typename... Ts>
struct CompoundTraits<std::variant<Ts...>> : std::true_type {
  using Variant = std::variant<Ts...>;
  static constexpr OptionKind kind = OptionKind::one_of;
  static std::vector<OptionType> inner(const OptionLimits& limits) {
    return {type_of<Ts>(limits_inside(limits, false))...};
  }
  static void clear(void*) {}
  static void* add(void* object, const std::string&, std::size_t index) {
    return emplace(*static_cast<Variant*>(object), index, std::index_sequence_for<Ts...>());
  }
  static std::vector<OptionType::Part> parts(const void* object) {
    const auto& value = *static_cast<const Variant*>(object);
    const void* held = std::visit([](const auto& alternative) -> const void* { return &alternative; }, value);
    return {{{}, value.index(), held}};
  }

 private:
  template <std::size_t... I>
  static void* emplace(Variant& value, std::size_t index, std::index_sequence<I...>) {
    void* place = nullptr;
    (void)((I == index && (place = &value.template emplace<I>(), true)) || ...);
    return place;
  }
};

template <typename T>
OptionType type_of(const OptionLimits& limits) {
  if constexpr (Described<T>) {
    OptionType type = struct_type<T>();
    type.limits = limits;
    return type;
  } else if constexpr (CompoundTraits<T>::value) {
    using Parts = CompoundTraits<T>;
    OptionType type;
    type.kind = Parts::kind;
    type.limits = limits;
    type.inner = Parts::inner(limits);
    type.clear = &Parts::clear;
    type.add = &Parts::add;
    type.parts = &Parts::parts;
    return type;
  } else {
    return value_type<T>(limits);
  }
}

}  // namespace detail
}  // namespace portico
