#include "tests/support/memory_stream.hpp"

#include <asio/error.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace portico::test {

void run_until_idle(asio::io_context& context) {
  context.restart();
  while (context.poll() > 0) {
  }
}

MemoryStream::MemoryStream(asio::io_context& context)
    : end_(asio::error::would_block), readable_(context), writable_(context) {
  readable_.expires_at(asio::steady_timer::time_point::max());
  writable_.expires_at(asio::steady_timer::time_point::max());
}

void MemoryStream::feed(std::string_view bytes) {
  if (bytes.empty()) return;
  arrivals_.emplace_back(bytes);
  readable_.cancel();
}

void MemoryStream::feed_pieces(std::string_view bytes, std::size_t size, bool would_block) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    feed(bytes.substr(0, size));
    if (would_block) arrivals_.emplace_back();
  }
}

void MemoryStream::end_input() { break_input(asio::error::eof); }

void MemoryStream::break_input(std::error_code error) {
  end_ = error;
  readable_.cancel();
}

void MemoryStream::set_room(std::size_t bytes) {
  room_ = bytes;
  writable_.cancel();
}

void MemoryStream::fail_at(std::size_t number, std::error_code error) {
  operations_until_failure_ = number;
  failure_ = error;
}

void MemoryStream::throw_at(std::size_t number, std::exception_ptr thrown) {
  operations_until_failure_ = number;
  thrown_ = std::move(thrown);
}

std::size_t MemoryStream::unread() const {
  std::size_t size = 0;
  for (const auto& bytes : arrivals_) size += bytes.size();
  return size;
}

std::string MemoryStream::take_written() { return std::exchange(written_, {}); }

Stream::Transfer MemoryStream::try_read(asio::mutable_buffer into) {
  if (const auto error = begin_operation("try_read")) return {0, error};
  return take(into);
}

asio::awaitable<std::size_t> MemoryStream::wait(asio::mutable_buffer first, std::error_code& error) {
  if (waiting_) throw std::logic_error("two concurrent waits");
  error = begin_operation("wait");
  wait_cancelled_ = false;
  waiting_ = true;
  for (;;) {
    while (!arrivals_.empty() && arrivals_.front().empty()) arrivals_.pop_front();
    if (wait_cancelled_ && !error) error = asio::error::operation_aborted;
    if (error || !arrivals_.empty() || end_ != asio::error::would_block) break;
    std::error_code ignored;
    co_await readable_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  waiting_ = false;
  if (error || !wait_reads_ || first.size() == 0) co_return std::size_t{0};
  const Transfer got = take(first);
  error = got.error;
  co_return got.bytes;
}

void MemoryStream::cancel_wait() {
  wait_cancelled_ = true;
  readable_.cancel();
}

Stream::Transfer MemoryStream::try_write(std::span<const asio::const_buffer> from) {
  if (const auto error = begin_operation("try_write")) return {0, error};
  return put(from);
}

asio::awaitable<std::size_t> MemoryStream::write(std::span<const asio::const_buffer> from, std::error_code& error) {
  if (writing_) throw std::logic_error("two concurrent writes");
  error = begin_operation("write");
  write_cancelled_ = false;
  writing_ = true;
  while (!error && room_ == 0) {
    std::error_code ignored;
    co_await writable_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (write_cancelled_) error = asio::error::operation_aborted;
  }
  writing_ = false;
  if (error) co_return std::size_t{0};
  const Transfer moved = put(from);
  error = moved.error;
  co_return moved.bytes;
}

std::error_code MemoryStream::finish_writing() {
  if (const auto error = begin_operation("finish_writing")) return error;
  write_ended_ = true;
  return {};
}

void MemoryStream::cancel() {
  cancel_wait();
  write_cancelled_ = true;
  writable_.cancel();
}

void MemoryStream::close(bool reset) {
  closed_ = true;
  reset_ = reset;
  cancel();
}

std::error_code MemoryStream::begin_operation(std::string_view name) {
  if (closed_) return asio::error::bad_descriptor;
  if (operations_until_failure_ > 0 && --operations_until_failure_ == 0) failed_operation_ = name;
  if (!failed()) return {};
  if (thrown_) std::rethrow_exception(thrown_);
  return failure_;
}

Stream::Transfer MemoryStream::take(asio::mutable_buffer into) {
  if (arrivals_.empty()) return {0, end_};
  std::string& piece = arrivals_.front();
  const std::size_t bytes = std::min(piece.size(), into.size());
  std::copy_n(piece.data(), bytes, static_cast<char*>(into.data()));
  const bool pause = piece.empty();
  piece.erase(0, bytes);
  if (piece.empty()) arrivals_.pop_front();
  return {bytes, pause ? asio::error::would_block : std::error_code()};
}

Stream::Transfer MemoryStream::put(std::span<const asio::const_buffer> from) {
  if (write_ended_) return {0, asio::error::broken_pipe};
  std::size_t left = std::min(room_, max_per_write_);
  if (left == 0) return {0, asio::error::would_block};
  const std::size_t before = written_.size();
  for (const asio::const_buffer& buffer : from) {
    const std::size_t bytes = std::min(left, buffer.size());
    written_.append(static_cast<const char*>(buffer.data()), bytes);
    left -= bytes;
  }
  const std::size_t bytes = written_.size() - before;
  if (room_ != unlimited) room_ -= bytes;
  if (bytes > 0) ++write_calls_;
  return {bytes, {}};
}

}  // namespace portico::test
