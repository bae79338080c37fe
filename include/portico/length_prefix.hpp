#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portico {

// Format of the length that precedes a message. A plain value; any thread.
//
//     constexpr portico::LengthPrefix two_bytes{.size = 2};
//     portico::LengthPrefixed messages(connection, two_bytes, 4096);
//     while (auto body = co_await messages.next())
//       co_await connection.write(portico::EncodedPrefix(two_bytes, body->size()), *body);
struct LengthPrefix {
  std::uint8_t size = 4;                 // bytes: 1, 2, 4 or 8
  std::endian order = std::endian::big;  // big is network byte order
  bool includes_prefix = false;          // the length counts the bytes of the prefix too

  // Throws std::invalid_argument if `size` is not one of the four.
  void check() const;

  // Returns the size in bytes of the longest message whose length fits the prefix. Throws what check() throws.
  std::uint64_t max_length() const;

  // Returns the number in the first `size` bytes of `bytes`. Does not subtract the prefix. Throws what check() throws,
  // and std::invalid_argument if there are fewer bytes.
  std::uint64_t read(std::string_view bytes) const;
};

// The encoded prefix of one message, to be written before it. Holds its bytes itself: no allocation.
class EncodedPrefix {
 public:
  // `length`: bytes of the message, without the prefix. Throws std::length_error above format.max_length(), and
  // whatever format.check() throws.
  EncodedPrefix(const LengthPrefix& format, std::uint64_t length);

  // Valid as long as this object.
  operator std::string_view() const { return {bytes_.data(), size_}; }  // NOLINT(google-explicit-constructor)

 private:
  std::array<char, 8> bytes_{};
  std::size_t size_;
};

}  // namespace portico
