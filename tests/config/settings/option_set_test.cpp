#include "config/settings/config.hpp"
#include "config/values/value_text.hpp"
#include "tests/support/config_fixture.hpp"

#include <portico/options.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace portico {
namespace {

TEST(OptionSetTest, TheServersSettingsPassTheSelfCheck) {
  EXPECT_EQ(OptionSet::of<Config>().self_check(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<EndpointConfig>().self_check(), std::vector<std::string>());
}

struct Faulty {
  int small = 100;
  std::string choice = "none";
  std::vector<int> list;
  int twice = 0;

  static constexpr auto describe() {
    return options(option("small", &Faulty::small, "Too large by default.", between(1, 10)),
                   option("choice", &Faulty::choice, "Not one of them by default.", choices("one", "two")),
                   option("list", &Faulty::list, "Too short by default.", length(1, 2)),
                   option("list", &Faulty::twice, ""));
  }
};

TEST(OptionSetTest, TheSelfCheckFindsDefaultsOutsideTheirLimits) {
  EXPECT_EQ(OptionSet::of<Faulty>().self_check(),
            (std::vector<std::string>{
                "small: the default must be an integer from 1 to 10", "choice: the default must be \"one\" or \"two\"",
                "list: the default has 0 entries", "list: described twice", "list: has no name or no help"}));
}

struct WithoutExample {
  std::string mode;
  int size = 0;
  SocketAddress address;

  static constexpr auto describe() {
    using Self = WithoutExample;
    return options(
        option("mode", &Self::mode, "A form that no example suggests itself for.", required(), form(mode_form)),
        option("size", &Self::size, "An example outside the limits.", required(), between(1, 9), example("10")),
        option("address", &Self::address, "An example that is no address.", required(), example("x")));
  }
};

TEST(OptionSetTest, TheSelfCheckFindsRequiredOptionsWithoutAValidExample) {
  const auto errors = OptionSet::of<WithoutExample>().self_check();
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0], "mode: is required and needs an example()");
  EXPECT_EQ(errors[1], "size: the example must be an integer from 1 to 9");
  EXPECT_TRUE(errors[2].starts_with("address: the example must be an address with a port")) << errors[2];
}

struct Swapped {
  int first = 1;
  int second = 2;
  int third = 3;

  static constexpr auto describe() {
    return options(option("second", &Swapped::second, "The second."), option("first", &Swapped::first, "The first."),
                   option("again", &Swapped::first, "The first once more."));
  }
};

TEST(OptionSetTest, TheSelfCheckComparesTheOrderOfEqualTypesWithTheStruct) {
  EXPECT_EQ(OptionSet::of<Swapped>().self_check(),
            (std::vector<std::string>{"first: comes after \"second\", but before it in the struct",
                                      "again: fills the same member as \"first\""}));
}

struct Outer {
  std::vector<Swapped> list;
  std::optional<Swapped> maybe;

  static constexpr auto describe() {
    return options(option("list", &Outer::list, "None by default."), option("maybe", &Outer::maybe, "Nor this."));
  }
};

TEST(OptionSetTest, TheSelfCheckLooksIntoStructsThatTheDefaultDoesNotHave) {
  const auto errors = OptionSet::of<Outer>().self_check();
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(errors.front(), "list.first: comes after \"second\", but before it in the struct");
  EXPECT_EQ(errors.back(), "maybe.again: fills the same member as \"first\"");
}

TEST(OptionSetTest, EveryKindOfOptionPassesTheSelfCheck) {
  EXPECT_EQ(OptionSet::of<test::EveryKind>().self_check(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<test::ShoutOptions>().self_check(), std::vector<std::string>());
  EXPECT_EQ(OptionSet::of<test::RequiredOptions>().self_check(), std::vector<std::string>());
}

bool is_hex(const std::string& text) { return text.find_first_not_of("0123456789abcdef") == std::string::npos; }

constexpr TextForm hex_form{"hex", is_hex, "^[0-9a-f]*$"};
constexpr TextForm incomplete_form{nullptr, is_hex, "^[0-9a-f]*$"};

struct WithForms {
  std::string colour = "ffffff";
  std::string wrong_default = "white";
  std::string incomplete;
  std::filesystem::path file;

  static constexpr auto describe() {
    using Self = WithForms;
    return options(option("colour", &Self::colour, "A colour.", form(hex_form)),
                   option("wrong_default", &Self::wrong_default, "Another.", form(hex_form)),
                   option("incomplete", &Self::incomplete, "A form without a description.", form(incomplete_form)),
                   option("file", &Self::file, "No string.", form(hex_form)));
  }
};

TEST(OptionSetTest, AnAuthorsFormMayHaveAShortDescription) {
  const std::vector<HandlerDescription> all{{"paint", "Has a form.", OptionSet::of<WithForms>()}};
  const auto message = [&](const std::string& value) {
    const auto result = load_config_text(
        "file", R"({"endpoints": {"e": {"listen": ":1", "handler": "paint", "options": {"colour": )" + value + "}}}}",
        {}, all, test::env());
    return result.loaded() ? std::string() : result.problems.at(0).message;
  };
  EXPECT_EQ(message("\"red\""), "must be hex, but is \"red\"");
  EXPECT_EQ(message("true"), "must be hex, but is true");
  EXPECT_EQ(message("123"), "must be hex, but is 123; did you mean \"123\"?");
  EXPECT_EQ(message("\"c0ffee\""), "");
  EXPECT_EQ(describe_type(all[0].options.rows()[0].type), "hex");
}

TEST(OptionSetTest, TheSelfCheckFindsFormsThatAreIncompleteOrDoNotFit) {
  EXPECT_EQ(OptionSet::of<WithForms>().self_check(),
            (std::vector<std::string>{"wrong_default: the default must be hex",
                                      "incomplete: its form has no description, no is_valid or no pattern",
                                      "file: only a string can have a form"}));
}

TEST(OptionSetTest, OptionsOfTwoTypesAreUnequal) {
  const auto shout = OptionSet::of<test::ShoutOptions>();
  const auto kinds = OptionSet::of<test::EveryKind>();
  const HandlerOptions one(std::make_shared<test::ShoutOptions>(), shout);
  const HandlerOptions other(std::make_shared<test::EveryKind>(), kinds);
  EXPECT_FALSE(one == other);
  EXPECT_FALSE(other == one);
  EXPECT_TRUE(one == HandlerOptions(std::make_shared<test::ShoutOptions>(), OptionSet::of<test::ShoutOptions>()));
  EXPECT_FALSE(one == HandlerOptions());
}

}  // namespace
}  // namespace portico
