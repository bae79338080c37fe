#include "program/log/line_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace portico {
namespace {

// A disk that is full at `room` bytes, or a pipe, which can take nothing back.
struct FakeTarget : LineTarget {
  std::size_t write_some(std::string_view more) override {
    const auto count = std::min(more.size(), room - std::min(room, text.size()));
    text += more.substr(0, count);
    return count;
  }
  bool take_back(std::size_t bytes) override {
    if (!is_file) return false;
    text.resize(text.size() - bytes);
    return true;
  }

  std::string text;
  std::size_t room = 100;
  bool is_file = true;
};

class LineWriterTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeTarget> target_ = std::make_shared<FakeTarget>();
  LineWriter write_{target_};
};

TEST_F(LineWriterTest, WritesLines) {
  EXPECT_TRUE(write_("one\n"));
  EXPECT_TRUE(write_("two\n"));
  EXPECT_EQ(target_->text, "one\ntwo\n");
}

TEST_F(LineWriterTest, TakesBackTheLineThatAFullDiskHasHalfOf) {
  target_->room = 6;
  EXPECT_TRUE(write_("one\n"));
  EXPECT_FALSE(write_("two\n"));
  EXPECT_EQ(target_->text, "one\n");
  target_->room = 100;
  EXPECT_TRUE(write_("three\n"));
  EXPECT_EQ(target_->text, "one\nthree\n");
}

TEST_F(LineWriterTest, BeginsANewLineAfterAPartThatStays) {
  target_->is_file = false;
  target_->room = 6;
  EXPECT_TRUE(write_("one\n"));
  EXPECT_FALSE(write_("two\n"));
  target_->room = 100;
  EXPECT_TRUE(write_("three\n"));
  EXPECT_TRUE(write_("four\n"));
  EXPECT_EQ(target_->text, "one\ntw\nthree\nfour\n");
}

TEST_F(LineWriterTest, BeginsANewLineOnlyOnceItIsWritten) {
  target_->is_file = false;
  target_->room = 6;
  EXPECT_TRUE(write_("one\n"));
  EXPECT_FALSE(write_("two\n"));
  EXPECT_FALSE(write_("three\n")) << "no byte fits";
  target_->room = 100;
  EXPECT_TRUE(write_("four\n"));
  EXPECT_EQ(target_->text, "one\ntw\nfour\n");
}

}  // namespace
}  // namespace portico
