#pragma once

#include "config/reading/load.hpp"

#include <portico/options.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace portico::test {

// Handlers and an environment for the tests of the configuration.

struct ShoutOptions {
  std::size_t max_line = 4096;
  std::string prefix;

  static constexpr auto describe() {
    return options(
        option("max_line", &ShoutOptions::max_line, "Maximum length of a line, in bytes.", between(1, 1 << 20)),
        option("prefix", &ShoutOptions::prefix, "String before each answer."));
  }
};

struct Range {
  int least = 0;
  int most = 9;
  std::string unit;

  static constexpr auto describe() {
    return options(option("least", &Range::least, "The minimum."), option("most", &Range::most, "The maximum."),
                   option("unit", &Range::unit, "Unit of the range.", required()));
  }

  std::vector<OptionProblem> check() const {
    if (least <= most) return {};
    return {{"least", "must not be larger than \"most\""}};
  }
};

enum class Colour { red, green, blue };

// An option of every kind.
struct EveryKind {
  bool flag = false;
  int integer = 5;
  std::int64_t large_integer = 0;
  double number = 0.5;
  std::string text = "abc";
  std::filesystem::path file;
  Pem pem;
  std::chrono::milliseconds duration = std::chrono::seconds(1);
  std::uint64_t size = 64;
  Rate rate{5, std::chrono::minutes(1)};
  ByteRate byte_rate{1024, std::chrono::seconds(1)};
  SocketAddress address{"localhost", 80, {}};
  Network network;
  Colour colour = Colour::green;
  std::string choice = "one";
  int count = 0;
  int level = 1;
  std::vector<int> list;
  std::map<std::string, int> map;
  std::vector<std::string> one_or_more{"x"};
  std::optional<Range> range;
  std::vector<Range> ranges;
  std::variant<std::string, double, std::vector<int>, Range> any = "text";

  static constexpr auto describe() {
    using Self = EveryKind;
    using namespace std::chrono_literals;
    return options(
        option("flag", &Self::flag, "A boolean."), option("integer", &Self::integer, "An integer.", between(1, 10)),
        option("large_integer", &Self::large_integer, "An integer without limits."),
        option("number", &Self::number, "A number.", between(0.0, 1.0)),
        option("text", &Self::text, "A string.", length(1, 8)), option("file", &Self::file, "A file."),
        option("pem", &Self::pem, "A PEM."), option("duration", &Self::duration, "A duration.", between(10ms, 1h)),
        option("size", &Self::size, "A size.", between(1, 1 << 20)),
        option("rate", &Self::rate, "A rate.", between(1, 1000)),
        option("byte_rate", &Self::byte_rate, "A rate of bytes.", between(0, 1 << 20)),
        option("address", &Self::address, "An address."), option("network", &Self::network, "A network."),
        option("colour", &Self::colour, "An enum.", named_value("red", Colour::red),
               named_value("green", Colour::green), named_value("blue", Colour::blue)),
        option("choice", &Self::choice, "One of several strings.", choices("one", "two", "three")),
        option("count", &Self::count, "A number or a named value.", between(1, 100), named_value("auto", 0)),
        option("level", &Self::level, "An integer with a named bound.", between(0, 10), named_value("none", 0)),
        option("list", &Self::list, "An array.", between(0, 9), length(0, 3)),
        option("map", &Self::map, "A map.", between(0, 9)),
        option("one_or_more", &Self::one_or_more, "An array that may be one string.", allow_scalar(), length(1, 3)),
        option("range", &Self::range, "A struct, or null."), option("ranges", &Self::ranges, "An array of structs."),
        option("any", &Self::any, "A string, a number, an array or a struct.", between(0.0, 5.0)));
  }
};

struct Backend {
  SocketAddress address;
  std::filesystem::path log;

  static constexpr auto describe() {
    return options(option("address", &Backend::address, "Its address.", required(), example("backend.example:9000")),
                   option("log", &Backend::log, "File of its log.", required()));
  }
};

// A required option of every kind.
struct RequiredOptions {
  std::vector<SocketAddress> backends;
  std::map<std::string, Backend> named;
  std::vector<std::vector<int>> rows;
  std::filesystem::path folder;
  Pem pem;
  std::string text, choice;
  SocketAddress address;
  Network network;
  Rate rate;
  ByteRate byte_rate;
  std::chrono::milliseconds duration{};
  std::uint64_t size = 0;
  int integer = 0;
  double number = 0;
  std::optional<int> optional;
  std::variant<std::string, std::vector<int>> any;
  Backend one;

  static constexpr auto describe() {
    using Self = RequiredOptions;
    using namespace std::chrono_literals;
    return options(
        option("backends", &Self::backends, "An array.", required(), length(2, 9), example("127.0.0.1:9000")),
        option("named", &Self::named, "A map.", required(), length(1, 9)),
        option("rows", &Self::rows, "An array of arrays.", required(), length(2, 9), between(3, 4)),
        option("folder", &Self::folder, "A path.", required()), option("pem", &Self::pem, "A PEM.", required()),
        option("text", &Self::text, "A string.", required(), length(3, 5)),
        option("choice", &Self::choice, "One of several strings.", required(), choices("one", "two")),
        option("address", &Self::address, "An address.", required()),
        option("network", &Self::network, "A network.", required()),
        option("rate", &Self::rate, "A rate.", required(), between(7, 9)),
        option("byte_rate", &Self::byte_rate, "A rate of bytes.", required(), between(7, 9)),
        option("duration", &Self::duration, "A duration.", required(), between(1s, 2s)),
        option("size", &Self::size, "A size.", required(), between(10, 20), example("16B")),
        option("integer", &Self::integer, "An integer.", required(), between(-5, -3)),
        option("number", &Self::number, "A number.", required(), between(2.5, 3.5)),
        option("optional", &Self::optional, "An integer, or none.", required(), between(1, 9)),
        option("any", &Self::any, "A string or an array.", required(), length(1, 3)),
        option("one", &Self::one, "A struct.", required()));
  }
};

inline std::vector<HandlerDescription> handlers() {
  return {{"echo", "Sends back each byte that it receives.", {}},
          {"shout", "Answers each line in capitals.", OptionSet::of<ShoutOptions>()},
          {"kinds", "Has an option of every kind.", OptionSet::of<EveryKind>()},
          {"strict", "Has a required option.", OptionSet::of<Range>()},
          {"relay", "Has a required option of every kind.", OptionSet::of<RequiredOptions>()}};
}

// Returns fixed environment variables, and the files of the host.
inline Env env() {
  static const std::map<std::string, std::string> variables{
      {"PORT", "7000"}, {"SECRET", "hunter2"}, {"EMPTY", ""}, {"COUNT", "7"}, {"YES", "true"}};
  return {[](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
          },
          &read_file};
}

inline LoadResult load(std::string_view text, const std::filesystem::path& base = {}) {
  const auto all = handlers();
  return load_config_text("server.json", text, base, all, env());
}

}  // namespace portico::test
