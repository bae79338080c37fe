#include "config/values/value_text.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace portico {
namespace {

std::optional<double> number(std::string_view text) {
  OptionType type;
  type.kind = OptionKind::number;
  const auto result = value_from_text(type, text);
  if (!result.value) return std::nullopt;
  return std::get<double>(*result.value);
}

TEST(NumberTextTest, NumbersAreReadAsJsonWritesThem) {
  EXPECT_EQ(number("0"), 0);
  EXPECT_EQ(number("-1.5"), -1.5);
  EXPECT_EQ(number("2.5e-3"), 0.0025);
  EXPECT_EQ(number("1E6"), 1e6);
  EXPECT_EQ(number("0.1"), 0.1);
}

TEST(NumberTextTest, WhatIsNoNumberIsRefused) {
  for (const char* text : {"", " 1", "1 ", "+1", "1,5", "0x10", "1p3", "inf", "nan", "1e", "1e999", "--1", "1.2.3"}) {
    EXPECT_EQ(number(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace portico
