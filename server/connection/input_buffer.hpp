#pragma once

#include <asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace portico {

// Lends out buffers of one size, so that only connections which have unread bytes own one.
// Owned by a worker; its thread only. Keeps at most `keep` of those returned (1 MiB), frees the rest.
class BufferPool {
 public:
  static constexpr std::size_t buffer_size = 16 * 1024;
  static constexpr std::size_t keep = 64;

  std::unique_ptr<char[]> borrow();
  void give_back(std::unique_ptr<char[]> buffer);

 private:
  std::vector<std::unique_ptr<char[]>> free_;
};

// The bytes a connection has received and its session has not taken yet.
// Up to `inline_size` bytes live inside the object: a connection on which nothing or little has arrived holds no other
// memory. More lives in one buffer from the pool, or on the heap when a message asks for more than that.
class InputBuffer {
 public:
  static constexpr std::size_t inline_size = 80;
  static constexpr std::size_t max_size = std::size_t{1} << 30;  // a framing's maximum should be far below

  explicit InputBuffer(BufferPool& pool) : pool_(pool) {}
  ~InputBuffer() { drop_block(); }
  InputBuffer(const InputBuffer&) = delete;
  InputBuffer& operator=(const InputBuffer&) = delete;

  std::string_view unread() const { return {data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  // Drops the first `count` unread bytes (at most all of them).
  void consume(std::size_t count);

  // Room behind the unread bytes without borrowing anything: the inline bytes, or what is left of a buffer already
  // held. May be empty.
  asio::mutable_buffer spare();

  // Room for at least one byte, and for `total` unread bytes altogether; moves what is unread as needed. Throws
  // std::length_error above max_size.
  asio::mutable_buffer prepare(std::size_t total);

  // Says that `count` bytes were put into the room last given out.
  void commit(std::size_t count) { end_ += static_cast<std::uint32_t>(count); }

  // Gives a borrowed buffer back. Nothing may be unread.
  void release();

 private:
  char* data() { return block_ ? block_.get() : inline_.data(); }
  const char* data() const { return block_ ? block_.get() : inline_.data(); }
  std::size_t capacity() const { return block_ ? capacity_ : inline_size; }
  void move_to_block(std::size_t total);
  void drop_block();

  BufferPool& pool_;
  std::unique_ptr<char[]> block_;
  std::uint32_t capacity_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::array<char, inline_size> inline_;
};

}  // namespace portico
