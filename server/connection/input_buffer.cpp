#include "server/connection/input_buffer.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cstring>

namespace portico {

std::unique_ptr<char[]> BufferPool::acquire() {
  if (free_.empty()) return std::unique_ptr<char[]>(new char[buffer_size]);
  auto buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

void BufferPool::release(std::unique_ptr<char[]> buffer) {
  if (free_.size() < max_pooled) free_.push_back(std::move(buffer));
}

void InputBuffer::consume(std::size_t count) {
  begin_ += static_cast<std::uint32_t>(std::min(count, unread().size()));
  if (begin_ == end_) begin_ = end_ = 0;
}

asio::mutable_buffer InputBuffer::free_space() { return {data() + end_, capacity() - end_}; }

asio::mutable_buffer InputBuffer::prepare(std::size_t total) {
  const auto size = unread().size();
  total = std::max(total, size + 1);
  if (total > max_size) throw std::length_error("more than 1 GiB of unread bytes asked for");
  if (!block_ || total > capacity_) {
    move_to_block(total);
  } else if (begin_ + total > capacity_ || end_ == capacity_) {
    std::memmove(data(), data() + begin_, size);
    begin_ = 0;
    end_ = static_cast<std::uint32_t>(size);
  }
  return free_space();
}

// Moves the unread bytes to the front of a larger block: one of the pool, or twice the size of the last, so that a
// growing message is copied a few times only.
void InputBuffer::move_to_block(std::size_t total) {
  const auto size = unread().size();
  auto capacity = BufferPool::buffer_size;
  if (total > capacity) capacity = std::max<std::size_t>(total, std::min<std::size_t>(2 * this->capacity(), max_size));
  auto block = capacity == BufferPool::buffer_size ? pool_.acquire() : std::unique_ptr<char[]>(new char[capacity]);
  std::memcpy(block.get(), data() + begin_, size);
  drop_block();
  block_ = std::move(block);
  capacity_ = static_cast<std::uint32_t>(capacity);
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(size);
}

void InputBuffer::release() {
  PORTICO_ASSERT(empty());
  drop_block();
  begin_ = end_ = 0;
}

void InputBuffer::drop_block() {
  if (block_ && capacity_ == BufferPool::buffer_size) pool_.release(std::move(block_));
  block_.reset();
}

}  // namespace portico
