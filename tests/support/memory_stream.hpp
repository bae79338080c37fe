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

// Runs everything that is ready. What remains waits for the test: for bytes, for room, or for a cancellation.
void run_until_idle(asio::io_context& context);

// Stream in memory: the test scripts what arrives and reads what was sent. One thread. Nothing takes time: a wait
// completes in the run_until_idle() after the call that ends it.
class MemoryStream : public Stream {
 public:
  explicit MemoryStream(asio::io_context& context);

  // --- for the peer

  // Lets `bytes` arrive together: one read may take them all, but no more than them.
  void feed(std::string_view bytes);

  // Lets `bytes` arrive in pieces of `size`; with `would_block`, one read finds nothing after each piece.
  void feed_pieces(std::string_view bytes, std::size_t size, bool would_block = false);

  void end_input();                         // the peer's FIN, after everything fed
  void break_input(std::error_code error);  // instead of EOF: a network error, after everything fed

  // Sets how many more bytes can be sent before a write would block, and how many one call takes; unlimited at first.
  void set_room(std::size_t bytes);
  void set_max_per_write(std::size_t bytes) { max_per_write_ = bytes; }

  // Sets if wait() reads the first bytes itself, as on Linux (true at first), or leaves them to try_read(), as on
  // Windows.
  void set_wait_reads(bool reads) { wait_reads_ = reads; }

  // Makes the `number`-th operation from now on fail, and all after it; 1 is the next one. An operation is a try_read,
  // wait, try_write, write or finish_writing. throw_at() breaks the contract of a stream, which must not throw.
  void fail_at(std::size_t number, std::error_code error);
  void throw_at(std::size_t number, std::exception_ptr thrown);
  bool failed() const { return !failed_operation_.empty(); }
  std::string_view failed_operation() const { return failed_operation_; }  // the first one; empty: none

  std::size_t unread() const;  // bytes that have arrived but were not read
  const std::string& written() const { return written_; }
  std::string take_written();
  std::size_t write_calls() const { return write_calls_; }            // calls that moved bytes
  std::size_t acknowledgements() const { return acknowledgements_; }  // calls of acknowledge_input()
  bool waiting() const { return waiting_; }                           // a wait() is under way
  bool write_ended() const { return write_ended_; }
  bool closed() const { return closed_; }
  bool was_reset() const { return reset_; }

  // --- Stream

  Transfer try_read(asio::mutable_buffer into) override;
  asio::awaitable<std::size_t> wait(asio::mutable_buffer first, std::error_code& error) override;
  void cancel_wait() override;
  Transfer try_write(std::span<const asio::const_buffer> from) override;
  asio::awaitable<std::size_t> write(std::span<const asio::const_buffer> from, std::error_code& error) override;
  void acknowledge_input() override { ++acknowledgements_; }
  std::error_code finish_writing() override;
  void cancel() override;
  Address local() const override { return Address({asio::ip::address_v4::loopback(), 7000}); }
  void close(bool reset) override;

 private:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::error_code begin_operation(std::string_view name);
  Transfer take(asio::mutable_buffer into);
  Transfer put(std::span<const asio::const_buffer> from);

  std::deque<std::string> arrivals_;  // an empty one: one read finds nothing
  std::error_code end_;               // follows them; would_block: the peer is still connected
  std::string written_;
  std::size_t room_ = unlimited;
  std::size_t max_per_write_ = unlimited;
  std::size_t write_calls_ = 0;
  std::size_t operations_until_failure_ = 0;
  std::error_code failure_;
  std::exception_ptr thrown_;
  std::string_view failed_operation_;
  std::size_t acknowledgements_ = 0;
  bool wait_reads_ = true;
  bool waiting_ = false;
  bool writing_ = false;
  bool write_ended_ = false;
  bool closed_ = false;
  bool reset_ = false;
  asio::steady_timer readable_;  // never expires; cancelling it is the wakeup
  asio::steady_timer writable_;
  bool wait_cancelled_ = false;
  bool write_cancelled_ = false;
};

}  // namespace portico::test
