// The kinds of bytes that write() and read_exactly() take.

#include "tests/support/memory_session.hpp"

#include <asio/buffer.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace portico {
namespace {

using test::MemorySession;

TEST(ByteRangesTest, WriteTakesTextAndEveryContiguousRangeOfBytes) {
  MemorySession session;
  session.start([](Connection& connection) -> asio::awaitable<void> {
    const std::vector<std::uint8_t> numbers{'1', '2'};
    const std::array<std::byte, 2> bytes{std::byte{'3'}, std::byte{0}};
    const std::vector<char> characters{'4', '5'};
    const unsigned char array[] = {'6', 0};
    co_await connection.write("text,", std::string("string,"), numbers, bytes, characters, array);
    const std::span<const char> part = std::span(characters).first(1);
    co_await connection.write(part, std::span(bytes).first(1), asio::buffer(numbers), std::span(numbers));
  }(session.connection));
  EXPECT_TRUE(session.returned());
  using namespace std::string_literals;
  EXPECT_EQ(session.stream.written(), "text,string,123\0"s + "456\0"s + "431212");
}

TEST(ByteRangesTest, ReadExactlyFillsEveryContiguousRangeOfBytes) {
  MemorySession session;
  std::vector<std::uint8_t> numbers(2);
  std::array<std::byte, 2> bytes{};
  std::string text(3, ' ');
  unsigned char array[2] = {};
  bool all = true;
  session.start([](Connection& connection, auto& to_numbers, auto& to_bytes, auto& to_text, auto& to_array,
                   bool& got_all) -> asio::awaitable<void> {
    const bool got_numbers = co_await connection.read_exactly(to_numbers);
    const bool got_bytes = co_await connection.read_exactly(std::span(to_bytes).last(1));
    const bool got_text = co_await connection.read_exactly(to_text);
    const bool got_array = co_await connection.read_exactly(to_array);
    const bool got_more = co_await connection.read_exactly(to_text);
    got_all = got_numbers && got_bytes && got_text && got_array && !got_more;
  }(session.connection, numbers, bytes, text, array, all));
  session.feed("12345678");
  session.end_input();
  EXPECT_TRUE(session.returned());
  EXPECT_TRUE(all);
  EXPECT_EQ(numbers, (std::vector<std::uint8_t>{'1', '2'}));
  EXPECT_EQ(bytes, (std::array<std::byte, 2>{std::byte{0}, std::byte{'3'}}));
  EXPECT_EQ(text, "456");
  EXPECT_EQ(array[1], '8');
}

}  // namespace
}  // namespace portico
