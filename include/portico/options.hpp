#pragma once

#include <portico/options/compound_types.hpp>
#include <portico/options/limits.hpp>
#include <portico/options/type.hpp>
#include <portico/options/values.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace portico {

namespace detail {

template <typename T, typename M, typename... Limits>
struct Option {
  using Value = M;
  std::string_view name, help;
  M T::*member;
  std::tuple<Limits...> limits;
};

template <typename T, typename M>
struct Unlisted {
  using Value = M;
};

// Whether the members described are the struct's members, all of them, in its order: then, and only then, a value for
// each is a valid initializer and one more is not.
template <typename T, typename... Options>
constexpr bool lists_every_member(const std::tuple<Options...>*) {
  return requires { T{std::declval<typename Options::Value>()...}; }
  &&!requires { T{std::declval<typename Options::Value>()..., {}}; };
}

template <typename T, typename M, typename... Limits>
void add_row(std::vector<OptionRow>& rows, const Option<T, M, Limits...>& option) {
  OptionLimits limits;
  std::apply([&](const auto&... limit) { (limit.apply(limits), ...); }, option.limits);
  rows.push_back({std::string(option.name), std::string(option.help), type_of<M>(limits),
                  [member = option.member](void* object) -> void* { return &(static_cast<T*>(object)->*member); }});
}

template <typename T, typename M>
void add_row(std::vector<OptionRow>&, const Unlisted<T, M>&) {}

template <typename T>
OptionType struct_type() {
  static constexpr auto described = T::describe();
  static_assert(std::is_aggregate_v<T>, "options are a plain struct: no constructors, no private members");
  static_assert(lists_every_member<T>(&described), "describe() must list every member, in the order of the struct");
  OptionType type;
  std::apply([&](const auto&... option) { (add_row(type.rows, option), ...); }, described);
  type.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
  if constexpr (requires(const T& object) { object.check(); }) {
    type.check = [](const void* object) -> std::vector<OptionProblem> {
      return static_cast<const T*>(object)->check();
    };
  }
  return type;
}

}  // namespace detail

// One option: its name in the file, the member it fills, a sentence about it, and its limits (option_limits.hpp).
template <typename T, typename M, typename... Limits>
constexpr auto option(std::string_view name, M T::*member, std::string_view help, Limits... limits) {
  return detail::Option<T, M, Limits...>{name, help, member, {limits...}};
}

// A member which is no option: the file cannot set it.
template <typename T, typename M>
constexpr auto unlisted(M T::*) {
  return detail::Unlisted<T, M>{};
}

// What describe() returns: every member of the struct, in its order.
template <typename... Options>
constexpr auto options(Options... all) {
  return std::tuple<Options...>{all...};
}

// The options of one struct with its C++ type forgotten. Cheap to copy; any thread.
class OptionSet {
 public:
  OptionSet();  // no options at all

  template <Described T>
  static OptionSet of() {
    return OptionSet(std::make_shared<const OptionType>(detail::struct_type<T>()));
  }

  const OptionType& type() const { return *type_; }
  const std::vector<OptionRow>& rows() const { return type_->rows; }
  std::shared_ptr<void> make() const { return type_->make(); }

  // Whether two objects of the struct have the same value in every option.
  bool equal(const void* left, const void* right) const;

  // What is wrong with the description itself: a default outside its own limits, a name twice, no help. Empty if right.
  std::vector<std::string> faults() const;

 private:
  explicit OptionSet(std::shared_ptr<const OptionType> type) : type_(std::move(type)) {}

  std::shared_ptr<const OptionType> type_;
};

// A handler as the configuration sees it.
struct HandlerDescription {
  std::string name;
  std::string help;
  OptionSet options;
};

}  // namespace portico
