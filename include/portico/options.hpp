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
struct NotConfigurable {
  using Value = M;
};

// Returns true if describe() lists every member of the struct, in its order: only then is one value for each member a
// valid initializer, and one value more is not.
template <typename T, typename... Options>
constexpr bool lists_every_member(const std::tuple<Options...>*) {
  return requires { T{std::declval<typename Options::Value>()...}; }
  &&!requires { T{std::declval<typename Options::Value>()..., {}}; };
}

template <typename T, typename M, typename... Limits>
void add_row(std::vector<OptionRow>& rows, const Option<T, M, Limits...>& option) {
  OptionLimits limits;
  std::apply([&](const auto&... limit) { (limit.apply(limits), ...); }, option.limits);
  if constexpr (is_option_type<M>) {  // else option() has failed to compile, with a sentence
    rows.push_back({std::string(option.name), std::string(option.help), type_of<M>(limits),
                    [member = option.member](void* object) -> void* { return &(static_cast<T*>(object)->*member); }});
  }
}

template <typename T, typename M>
void add_row(std::vector<OptionRow>&, const NotConfigurable<T, M>&) {}

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

// Describes one option: its name in the file, the member it fills, its help text, and its limits (options/limits.hpp).
// The default is the member's initializer. The help text says what the option does, and its unit or the meaning of 0.
//
//   struct ShoutOptions {
//     std::size_t max_line = 4096;
//     static constexpr auto describe() {
//       return options(option("max_line", &ShoutOptions::max_line, "Maximum length of a line.", between(1, 65536)));
//     }
//   };
//
// Types of members, and what the file has for them (of its own: options/values.hpp):
//
//   bool                              true or false
//   integers; double                  a number
//   std::uint64_t, std::size_t        a number of bytes: 65536, "64KiB"
//   an enum; std::string              one of its names, a named_value() each; a string
//   durations of std::chrono          "500ms", "10s", "5m"
//   SocketAddress                     "127.0.0.1:7000", "[::1]:7000", "unix:/run/p.sock"
//   Network; Rate; ByteRate           "10.0.0.0/8"; "500/s"; "1MiB/m"
//   std::filesystem::path; Pem        a path; a certificate or a key
//   std::vector<T>                    an array of T, but not of bool
//   std::map<std::string, T>          an object whose keys the operator chooses
//   std::optional<T>                  T, or absent
//   std::variant<Ts...>               one of several types
//   a struct with describe()          an object with these options
//
// A member function `std::vector<OptionProblem> check() const` is optional; it checks several options together.
// Mistakes in a description fail to compile, or are thrown by Registry::add() (OptionSet::self_check).
template <typename T, typename M, typename... Limits>
constexpr auto option(std::string_view name, M T::*member, std::string_view help, Limits... limits) {
  static_assert(
      detail::is_option_type<M>,
      "the option's member has a type that no setting can have: options/compound_types.hpp lists those that can");
  return detail::Option<T, M, Limits...>{name, help, member, {limits...}};
}

// Lists a member that is not an option: the file cannot set it.
template <typename T, typename M>
constexpr auto not_configurable(M T::*) {
  return detail::NotConfigurable<T, M>{};
}

// Returns the result of describe(): every member of the struct, in its order.
template <typename... Options>
constexpr auto options(Options... all) {
  return std::tuple<Options...>{all...};
}

// Type-erased description of the options of one struct. Cheap to copy; any thread.
//
//   const OptionSet set = OptionSet::of<ShoutOptions>();
//   const std::shared_ptr<void> object = set.make();  // a ShoutOptions with its defaults
class OptionSet {
 public:
  OptionSet();  // has no options

  template <Described T>
  static OptionSet of() {
    return OptionSet(std::make_shared<const OptionType>(detail::struct_type<T>()));
  }

  const OptionType& type() const { return *type_; }
  const std::vector<OptionRow>& rows() const { return type_->rows; }

  // Returns a new object of the struct, with every default.
  std::shared_ptr<void> make() const { return type_->make(); }

  // Compares two objects of the struct, option by option.
  bool equal(const void* left, const void* right) const;

  // Returns the errors in the description itself: a default outside its limits, a duplicate name, a missing help text,
  // two options of one member, an order that is not the struct's.
  std::vector<std::string> self_check() const;

 private:
  explicit OptionSet(std::shared_ptr<const OptionType> type) : type_(std::move(type)) {}

  std::shared_ptr<const OptionType> type_;
};

// Description of a handler for the configuration: its name, its help text and its options.
struct HandlerDescription {
  std::string name;
  std::string help;
  OptionSet options;
  bool serves_operators = false;  // see Audience in registry.hpp
};

}  // namespace portico
