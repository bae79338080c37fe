#include "program/host/command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portico {
namespace {

using Arguments = std::vector<std::wstring>;

TEST(CommandLineTest, BlanksSeparateArgumentsUnlessQuoted) {
  EXPECT_EQ(split_command_line(L"portico.exe"), (Arguments{L"portico.exe"}));
  EXPECT_EQ(split_command_line(L"portico.exe  check\t\"a b.json\" "),
            (Arguments{L"portico.exe", L"check", L"a b.json"}));
  EXPECT_EQ(split_command_line(L"\"C:\\Program Files\\portico.exe\" run \"\""),
            (Arguments{L"C:\\Program Files\\portico.exe", L"run", L""}));
}

TEST(CommandLineTest, BackslashesEscapeQuotationMarksOnly) {
  EXPECT_EQ(split_command_line(LR"(p a\\b d"e f"g h)"), (Arguments{L"p", LR"(a\\b)", L"de fg", L"h"}));
  EXPECT_EQ(split_command_line(LR"(p a\\\"b c d)"), (Arguments{L"p", LR"(a\"b)", L"c", L"d"}));
  EXPECT_EQ(split_command_line(LR"(p a\\\\"b c" d e)"), (Arguments{L"p", LR"(a\\b c)", L"d", L"e"}));
  EXPECT_EQ(split_command_line(LR"(p a"b"" c d)"), (Arguments{L"p", LR"(ab" c d)"}));
  EXPECT_EQ(split_command_line(LR"(p C:\folder\)"), (Arguments{L"p", LR"(C:\folder\)"}));
}

TEST(CommandLineTest, NamesOfAnyLanguageStayWhole) {
  EXPECT_EQ(split_command_line(L"p check \u65e5\u672c.json"), (Arguments{L"p", L"check", L"\u65e5\u672c.json"}));
}

TEST(CommandLineTest, ArgumentsOfMainAreKept) {
  const char* const argv[] = {"portico", "check", "f\xc3\xbcr.json"};
  EXPECT_EQ(utf8_arguments(2, argv), (std::vector<std::string>{"portico", "check"}));
}

}  // namespace
}  // namespace portico
