#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portico {

// How the length of a message stands before it. A plain value.
struct LengthPrefix {
  std::uint8_t size = 4;                 // bytes: 1, 2, 4 or 8
  std::endian order = std::endian::big;  // big is network order
  bool counts_itself = false;            // whether the length includes the prefix

  // Throws std::invalid_argument for any other size.
  void check() const;

  // The most bytes a message can have behind this prefix.
  std::uint64_t largest() const;

  // The number in the first `size` bytes of `bytes`, which must be there; as it stands, the prefix not taken off.
  std::uint64_t read(std::string_view bytes) const;
};

// The prefix to send before a message: connection.write(PrefixBytes(format, body.size()), body).
// Throws std::length_error if `length` is above format.largest(), and what format.check() throws.
class PrefixBytes {
 public:
  PrefixBytes(const LengthPrefix& format, std::uint64_t length);
  operator std::string_view() const { return {bytes_.data(), size_}; }  // NOLINT(google-explicit-constructor)

 private:
  std::array<char, 8> bytes_{};
  std::size_t size_;
};

}  // namespace portico
