#pragma once

#include <asio/buffer.hpp>

#include <span>

namespace portico {

// A span of buffers as Asio's ConstBufferSequence, which a std::span is not: it has no const_iterator before C++23.
class BufferSequence {
 public:
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer*;

  explicit BufferSequence(std::span<const asio::const_buffer> buffers) : buffers_(buffers) {}
  const_iterator begin() const { return buffers_.data(); }
  const_iterator end() const { return buffers_.data() + buffers_.size(); }

 private:
  std::span<const asio::const_buffer> buffers_;
};

}  // namespace portico
