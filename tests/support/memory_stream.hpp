#pragma once

#include "protocol/stream.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <limits>
#include <string>
#include <string_view>

namespace portico::test {

// Runs everything that can run now. What is left then waits for the test: for bytes, for room, for a cancellation.
void run_until_idle(asio::io_context& context);

// A stream in memory: the test scripts what arrives and reads what was sent. One thread. Nothing here takes time: a
// wait completes in run_until_idle() after the call that ended it.
class MemoryStream : public Stream {
 public:
  explicit MemoryStream(asio::io_context& context);

  // --- the peer's side

  // `bytes` arrive together: one read may take them all, and never more than them.
  void feed(std::string_view bytes);

  // `bytes` arrive in pieces of `size`; with `would_block`, a read finds nothing once after each of them.
  void feed_pieces(std::string_view bytes, std::size_t size, bool would_block = false);

  void end_input();                         // the peer's FIN, after everything fed
  void break_input(std::error_code error);  // instead of an end: the network broke, after everything fed

  // How many more bytes can be sent before a write would block (unlimited at first), and how many one call takes.
  void set_room(std::size_t bytes);
  void set_max_per_write(std::size_t bytes) { max_per_write_ = bytes; }

  // Whether wait() brings the first bytes itself, as on Linux (true at first), or only tells of them, as on Windows.
  void set_wait_reads(bool brings) { wait_reads_ = brings; }

  // The `number`-th operation from now on fails, and all after it; 1 is the next one. An operation is a try_read, wait,
  // try_write, write or finish_writing. throw_at() breaks the promise of a stream not to throw.
  void fail_at(std::size_t number, std::error_code error);
  void throw_at(std::size_t number, std::exception_ptr thrown);
  bool failed() const { return !failed_operation_.empty(); }
  std::string_view failed_operation() const { return failed_operation_; }  // the first; empty: none

  std::size_t unread() const;  // bytes that have arrived and were not taken
  const std::string& written() const { return written_; }
  std::string take_written();
  std::size_t write_calls() const { return write_calls_; }  // calls that moved bytes
  bool waiting() const { return waiting_; }                 // a wait() is under way
  bool write_ended() const { return write_ended_; }
  bool closed() const { return closed_; }
  bool was_reset() const { return reset_; }

  // --- Stream

  Transfer try_read(asio::mutable_buffer into) override;
  asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) override;
  void cancel_wait() override;
  Transfer try_write(std::span<const asio::const_buffer> from) override;
  asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) override;
  std::error_code finish_writing() override;
  void cancel() override;
  Address local() const override { return Address({asio::ip::address_v4::loopback(), 7000}); }
  void close(bool reset) override;

 private:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::error_code begin_operation(std::string_view name);
  Transfer take(asio::mutable_buffer into);
  Transfer put(std::span<const asio::const_buffer> from);

  std::deque<std::string> arrivals_;  // an empty one: nothing there, once
  std::error_code end_;               // what follows them; would_block: the peer is still there
  std::string written_;
  std::size_t room_ = unlimited;
  std::size_t max_per_write_ = unlimited;
  std::size_t write_calls_ = 0;
  std::size_t operations_until_failure_ = 0;
  std::error_code failure_;
  std::exception_ptr thrown_;
  std::string_view failed_operation_;
  bool wait_reads_ = true;
  bool waiting_ = false;
  bool writing_ = false;
  bool write_ended_ = false;
  bool closed_ = false;
  bool reset_ = false;
  asio::steady_timer readable_;  // never expires; cancelling it is the wake-up
  asio::steady_timer writable_;
  bool wait_cancelled_ = false;
  bool write_cancelled_ = false;
};

}  // namespace portico::test
