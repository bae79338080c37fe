// The fake under the other tests, which rely on this behaviour.

#include "tests/support/memory_stream.hpp"

#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <array>
#include <exception>
#include <new>
#include <string>
#include <system_error>

namespace portico::test {
namespace {

class MemoryStreamTest : public testing::Test {
 protected:
  std::string read() {
    std::array<char, 8> into{};
    const auto got = stream.try_read(asio::buffer(into));
    error = got.error;
    return {into.data(), got.bytes};
  }

  void start_wait() {
    asio::co_spawn(context, stream.wait(asio::buffer(first), error),
                   [this](std::exception_ptr failure, std::size_t bytes) {
                     EXPECT_FALSE(failure);
                     arrived.assign(first.data(), bytes);
                     done = true;
                   });
    run_until_idle(context);
  }

  std::size_t try_write(std::string_view text) {
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(text)};
    const auto put = stream.try_write(buffers);
    error = put.error;
    return put.bytes;
  }

  asio::io_context context;
  MemoryStream stream{context};
  std::array<char, 8> first{};
  std::string arrived;
  std::error_code error;
  bool done = false;
};

TEST_F(MemoryStreamTest, AReadReturnsNoMoreThanArrivedTogether) {
  stream.feed("ab");
  stream.feed("0123456789");
  EXPECT_EQ(read(), "ab");
  EXPECT_EQ(read(), "01234567");
  EXPECT_EQ(read(), "89");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(error, asio::error::would_block);
  stream.end_input();
  EXPECT_EQ(read(), "");
  EXPECT_EQ(error, asio::error::eof);
}

TEST_F(MemoryStreamTest, PiecesMayBeSeparatedByReadsThatFindNothing) {
  stream.feed_pieces("abc", 2, true);
  EXPECT_EQ(read(), "ab");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(error, asio::error::would_block);
  EXPECT_EQ(read(), "c");
}

TEST_F(MemoryStreamTest, AWaitEndsWhenTheTestFeedsBytes) {
  start_wait();
  EXPECT_TRUE(stream.waiting());
  stream.feed("abc");
  run_until_idle(context);
  EXPECT_TRUE(done);
  EXPECT_EQ(arrived, "abc");
}

TEST_F(MemoryStreamTest, AWaitMayLeaveTheBytesToTheRead) {
  stream.set_wait_reads(false);
  stream.feed("abc");
  start_wait();
  EXPECT_TRUE(done);
  EXPECT_EQ(arrived, "");
  EXPECT_EQ(read(), "abc");
}

TEST_F(MemoryStreamTest, AWaitIsCancelledWithoutLosingBytes) {
  start_wait();
  stream.cancel_wait();
  run_until_idle(context);
  EXPECT_TRUE(done);
  EXPECT_EQ(error, asio::error::operation_aborted);
  stream.feed("abc");
  EXPECT_EQ(read(), "abc");
}

TEST_F(MemoryStreamTest, AWriteFindsOnlyTheRoomThatTheTestGave) {
  stream.set_room(3);
  EXPECT_EQ(try_write("abcd"), 3U);
  EXPECT_EQ(try_write("d"), 0U);
  EXPECT_EQ(error, asio::error::would_block);
  stream.set_room(1);
  EXPECT_EQ(try_write("d"), 1U);
  EXPECT_EQ(stream.take_written(), "abcd");
}

TEST_F(MemoryStreamTest, AWaitingWriteContinuesWhenThereIsRoom) {
  stream.set_room(0);
  const std::array<asio::const_buffer, 2> buffers{asio::buffer("ab", 2), asio::buffer("cd", 2)};
  std::size_t sent = 0;
  asio::co_spawn(context, stream.write(buffers, error),
                 [&sent](std::exception_ptr, std::size_t bytes) { sent = bytes; });
  run_until_idle(context);
  EXPECT_EQ(sent, 0U);
  stream.set_room(3);
  run_until_idle(context);
  EXPECT_EQ(sent, 3U);
  EXPECT_EQ(stream.written(), "abc");
}

TEST_F(MemoryStreamTest, TheNthOperationFailsAndAllAfterIt) {
  stream.feed_pieces("abc", 1);
  stream.fail_at(2, asio::error::connection_reset);
  EXPECT_EQ(read(), "a");
  EXPECT_FALSE(stream.failed());
  EXPECT_EQ(read(), "");
  EXPECT_EQ(error, asio::error::connection_reset);
  EXPECT_TRUE(stream.failed());
  EXPECT_EQ(try_write("x"), 0U);
  EXPECT_EQ(error, asio::error::connection_reset);
}

TEST_F(MemoryStreamTest, TheNthOperationThrowsAndAllAfterIt) {
  stream.feed_pieces("abc", 1);
  stream.throw_at(2, std::make_exception_ptr(std::bad_alloc()));
  EXPECT_EQ(read(), "a");
  EXPECT_THROW(read(), std::bad_alloc);
  EXPECT_EQ(stream.failed_operation(), "try_read");
  EXPECT_THROW(try_write("x"), std::bad_alloc);
  EXPECT_THROW(stream.finish_writing(), std::bad_alloc);
  EXPECT_EQ(stream.failed_operation(), "try_read");
}

TEST_F(MemoryStreamTest, FinishWritingIsAnOperationToo) {
  stream.fail_at(1, asio::error::connection_reset);
  EXPECT_EQ(stream.finish_writing(), asio::error::connection_reset);
  EXPECT_FALSE(stream.write_ended());
  EXPECT_EQ(stream.failed_operation(), "finish_writing");
}

}  // namespace
}  // namespace portico::test
