#pragma once

#include <asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace portico {

// A pool of buffers of one size, so that only connections with unread bytes hold one. Keeps at most `max_pooled` of the
// released ones (1 MiB) and frees the rest. Owned by a worker; its thread only.
class BufferPool {
 public:
  static constexpr std::size_t buffer_size = 16 * 1024;
  static constexpr std::size_t max_pooled = 64;

  std::unique_ptr<char[]> acquire();
  void release(std::unique_ptr<char[]> buffer);

 private:
  std::vector<std::unique_ptr<char[]>> free_;
};

// The bytes that a connection has received and its session has not consumed yet. Up to `inline_size` bytes live inside
// the object, so that a connection with little or no input holds no other memory. More live in one buffer of the pool,
// or on the heap when a message needs more than that.
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

  // Returns the free space after the unread bytes without acquiring a buffer: inline bytes, or the rest of a buffer
  // that is held already. May be empty.
  asio::mutable_buffer free_space();

  // Returns free space for at least one byte, and for `total` unread bytes altogether; moves the unread bytes as
  // needed. Throws std::length_error above max_size.
  asio::mutable_buffer prepare(std::size_t total);

  // Adds `count` bytes, which were written to the space last returned.
  void commit(std::size_t count) { end_ += static_cast<std::uint32_t>(count); }

  // Returns a buffer to the pool. Nothing may be unread.
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
