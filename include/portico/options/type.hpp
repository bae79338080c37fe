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

// What is known about one option once its C++ types are forgotten. Made by options(); read by the configuration code,
// which parses, checks, prints and documents every option from here. Immutable once made; any thread.

enum class OptionKind : std::uint8_t {
  boolean,
  integer,
  number,
  text,
  path,
  pem,
  duration,
  size,
  rate,
  byte_rate,
  address,
  listen_address,
  network,
  choice,  // one value
  list,
  map,
  structure,
  optional,
  one_of,  // made of others
};

// One value on its way between the file and a member. A duration is in milliseconds, a size in bytes; a path and a PEM
// are text, a choice is the integer or the text that its word stands for.
using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, SocketAddress, ListenAddress, Network, Rate, ByteRate>;

// A mistake that only shows when several options are seen together; what a struct's check() returns.
struct OptionProblem {
  std::string option;   // which one: "key", or "inner.key"; empty: the struct as a whole
  std::string message;  // goes on from the option's name: "must not be smaller than min"
};

struct OptionLimits {
  std::optional<std::int64_t> least, most;          // integers; milliseconds of a duration; bytes; a rate's count
  std::optional<double> least_number, most_number;  // numbers
  std::optional<std::size_t> shortest, longest;     // bytes of a text, entries of a list or a map
  std::vector<std::pair<std::string, OptionValue>> words;      // texts that stand for a value
  std::string (*key_fault)(const std::string& key) = nullptr;  // of a map: "must be ...", or empty
  bool required = false;                                       // must be in the file
  bool or_single = false;                                      // a list of one may be written without the brackets
  std::string shown_default;                                   // for documents, where the real one depends on the host
};

struct OptionRow;

// The type of an option: how its value looks in the file, and how to reach it inside an object. The pointers to void
// are objects of the C++ type this was made from.
struct OptionType {
  OptionKind kind = OptionKind::structure;
  OptionLimits limits;

  // One value:
  void (*store)(void* object, const OptionValue& value) = nullptr;
  OptionValue (*load)(const void* object) = nullptr;

  // Made of others. `inner` is the type of every part: one for a list, a map and an optional; the alternatives of a
  // one_of.
  struct Part {
    std::string key;        // of a map
    std::size_t index = 0;  // of a list; for a one_of: which alternative it holds
    const void* object = nullptr;
  };
  std::vector<OptionType> inner;
  void (*clear)(void* object) = nullptr;
  // Returns the part to be filled: a new one at the end of a list, the one called `key` of a map (new if need be), the
  // value of an optional (new if need be), a new value of the alternative `index`.
  void* (*add)(void* object, const std::string& key, std::size_t index) = nullptr;
  std::vector<Part> (*parts)(const void* object) = nullptr;

  // A struct that describes itself:
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

  const void* of(const void* object) const { return member(const_cast<void*>(object)); }
  void* of(void* object) const { return member(object); }
};

}  // namespace portico
