#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace portico {

// Messages of other sessions that wait to be sent to one client. Shared by its connection and its Senders. push() may
// be called by any thread, the rest by the connection's thread only.
class SendQueue : public std::enable_shared_from_this<SendQueue> {
 public:
  using Message = std::shared_ptr<const std::string>;

  // Bytes that each message costs beyond its own, for the limit.
  static constexpr std::size_t overhead = 64;

  // Calls `on_message` on the executor's thread when there is something to send; `on_overflow` when `limit` bytes were
  // exceeded, after which the queue accepts nothing more.
  SendQueue(asio::any_io_executor executor, std::size_t limit, std::function<void()> on_message,
            std::function<void()> on_overflow);
  ~SendQueue();

  // Returns false if the message was not accepted: the queue is closed, or this message exceeded the limit and closed
  // it.
  bool push(Message message);

  // Moves the oldest messages to `into` and returns their number. They count towards the limit until they are sent().
  std::size_t pop(std::span<Message> into);
  void sent(std::span<const Message> messages);
  bool empty() const;

  // Accepts no more messages; those that wait may still be sent.
  void close();

  // Accepts no more messages, and forgets those that wait.
  void discard();

  // Called when the connection is destroyed: neither its callbacks nor its executor are used after this.
  void detach();

  // Waits for notify_writer(): for a session that waits until the queue is not being written.
  asio::awaitable<void> wait_for_writer();
  void notify_writer() { wakeup_->cancel(); }

 private:
  void notify();

  asio::any_io_executor executor_;
  const std::size_t limit_;
  std::function<void()> on_message_;
  std::function<void()> on_overflow_;
  std::optional<asio::steady_timer> wakeup_;  // until detach(); never expires: cancelling it wakes

  mutable std::mutex mutex_;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  bool notified_ = false;  // notify() is posted
  bool closed_ = false;
  bool overflowed_ = false;
};

}  // namespace portico
