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

TEST(SubstitutionTest, AnEscapeInADefaultIsLiteral) {
  EXPECT_EQ(substitute("${env:MISSING:-a$${b}", {}, env()).text, "a${b");
  EXPECT_EQ(substitute("${env:MISSING:-$${$$${}", {}, env()).text, "${$${");
  EXPECT_EQ(substitute("${env:PORT:-$${x}-", {}, env()).text, "7000-");
  EXPECT_EQ(substitute("${env:MISSING:-$$x$}", {}, env()).text, "$$x$");
  EXPECT_FALSE(substitute("${env:MISSING:-$${a${env:PORT}}", {}, env()).text);
}

TEST(SubstitutionTest, ADefaultIsPartOfTheFileAndNotFromOutside) {
  const Substituted replaced = substitute("${env:MISSING:-error} ${env:PORT:-80}", {}, env());
  EXPECT_EQ(replaced.text, "error 7000");
  EXPECT_TRUE(replaced.is_external);
  ASSERT_EQ(replaced.parts.size(), 1u);
  EXPECT_EQ(replaced.parts[0].first, "7000");
  EXPECT_TRUE(substitute("${env:PORT:-7000}", {}, env()).parts.empty());
}

}  // namespace
}  // namespace portico::test
