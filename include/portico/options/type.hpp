#pragma once

#include <portico/options/values.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace portico {

// Type-erased description of one option. Built from a struct's describe(); the configuration code parses, checks,
// prints and documents every option from it. Immutable once built; any thread.

enum class OptionKind : std::uint8_t {
  boolean,
  integer,
  number,
  string,
  path,
  pem,
  duration,
  size,
  rate,
  byte_rate,
  address,
  listen_address,
  network,
  choice,  // the last kind that holds one value
  array,
  map,
  structure,
  optional,
  one_of,
};

// One value between the file and a member. A duration is in milliseconds, a size in bytes; a path and a PEM are
// strings; a choice is the integer or the string that its name represents.
using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, SocketAddress, ListenAddress, Network, Rate, ByteRate>;

// A mistake that involves several options of a struct; returned by its check(). An option that is invalid in the file
// has its default there, or is an empty array, and what the check() says about it is dropped. The check() is not called
// if an entry of an array of structs in its struct is invalid, nor if its struct is not an object in the file.
//
//   std::vector<OptionProblem> check() const {
//     if (min <= max) return {};
//     return {{"min", "must not be larger than \"max\""}};
//   }
struct OptionProblem {
  // The option, from this struct on: "key", "inner.key", an entry of an array "routes[1]" or of a map "map.name", and
  // what is inside, "routes[1].name"; empty: the struct as a whole. The problem is shown with the line of that part.
  std::string option;
  std::string message;  // continues the sentence after the option's name: "must not be smaller than \"min\""
};

// Form of a string beyond its length, for the limit form().
//
//   const TextForm hex_form{"an even number of hexadecimal digits", is_hex, "^([0-9a-f]{2})*$"};
struct TextForm {
  const char* description;                    // of a valid text; messages say "must be " before it
  bool (*is_valid)(const std::string& text);  // called with what the file has after substitution
  const char* pattern;                        // the valid texts as a regular expression of ECMA-262, for the schema
  // Returns the text that a number in its place was meant to be; empty: none is likely. Null: the number's digits.
  std::string (*from_number)(std::int64_t number) = nullptr;
};

// Limits of one option, as the functions in options/limits.hpp set them.
struct OptionLimits {
  std::optional<std::int64_t> min, max;           // integers; milliseconds of a duration; bytes; a rate's count
  std::optional<double> min_number, max_number;   // numbers
  std::optional<std::size_t> min_size, max_size;  // bytes of a string, entries of an array or a map
  std::vector<std::pair<std::string, OptionValue>> named_values;              // strings with a meaning of their own
  std::optional<std::string> (*key_error)(const std::string& key) = nullptr;  // of a map: "must be ...", or nothing
  const TextForm* form = nullptr;                                             // of a string
  bool required = false;                                                      // must be in the file
  bool allow_scalar = false;       // an array of one entry may be written without its brackets
  std::string documented_default;  // for documents, where the real one depends on the host
  std::string example;             // for documents: a valid value, as the file spells it
};

struct OptionRow;

// The type of an option: the form of its value in the file, and the access to it in an object. Each pointer to void is
// an object of the C++ type that this was built from.
struct OptionType {
  OptionKind kind = OptionKind::structure;
  OptionLimits limits;

  // For a kind that holds one value:
  void (*store)(void* object, const OptionValue& value) = nullptr;
  OptionValue (*load)(const void* object) = nullptr;

  // For a compound: the type of its elements (one for an array, a map and an optional; all alternatives of a one_of),
  // and the access to its children.
  struct Child {
    std::string key;        // of a map
    std::size_t index = 0;  // of an array; for a one_of: of the alternative that it holds
    const void* object = nullptr;
  };
  std::vector<OptionType> element_types;
  void (*clear)(void* object) = nullptr;
  // Returns the child to fill: a new one at the end of an array, the one named `key` of a map (created if missing), the
  // value of an optional (created if missing), or a new value of the alternative `index`.
  void* (*add)(void* object, const std::string& key, std::size_t index) = nullptr;
  std::vector<Child> (*children)(const void* object) = nullptr;

  // For a struct that describes itself:
  std::vector<OptionRow> rows;
  std::shared_ptr<void> (*make)() = nullptr;  // with every default
  std::vector<OptionProblem> (*check)(const void* object) = nullptr;
};

// One option of a struct.
struct OptionRow {
  std::string name;
  std::string help;
  OptionType type;
  std::function<void*(void* object)> member;

  // Returns the member of `object` that holds the option's value.
  const void* at(const void* object) const { return member(const_cast<void*>(object)); }
  void* at(void* object) const { return member(object); }
};

}  // namespace portico
