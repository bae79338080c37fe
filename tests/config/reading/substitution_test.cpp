#include "config/reading/substitution.hpp"

#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

namespace portico::test {
namespace {

TEST(SubstitutionTest, AnEmptyVariableGetsTheDefaultAsInAShell) {
  EXPECT_EQ(substitute("${env:EMPTY:-other}", {}, env()).text, "other");
  EXPECT_EQ(substitute("${env:MISSING:-other}", {}, env()).text, "other");
  EXPECT_EQ(substitute("${env:PORT:-other}", {}, env()).text, "7000");
  EXPECT_EQ(substitute("${env:EMPTY}", {}, env()).text, "");
  EXPECT_EQ(substitute("${env:EMPTY:-}", {}, env()).text, "");
}

TEST(SubstitutionTest, ADefaultWithASubstitutionIsAnErrorOfItsOwn) {
  for (const char* text : {"${env:MISSING:-${env:PORT}}", "${env:PORT:-${file:x}}", "a${env:A:-b${env:B:-c}}d"}) {
    const Substituted replaced = substitute(text, {}, env());
    EXPECT_FALSE(replaced.text) << text;
    EXPECT_NE(replaced.error.find("a default cannot have a substitution"), std::string::npos) << replaced.error;
  }
}

}  // namespace
}  // namespace portico::test
