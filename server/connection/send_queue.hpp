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

// The messages that wait for one client. Shared by its connection and the Senders made of it. put() is for any thread,
// the rest for the connection's own.
class SendQueue : public std::enable_shared_from_this<SendQueue> {
 public:
  using Message = std::shared_ptr<const std::string>;

  // What each message costs beyond its bytes, for the limit.
  static constexpr std::size_t overhead = 64;

  // `arrived` is called on the executor's thread when there is something to deliver; `overflowed` when the limit was
  // passed, after which nothing more is taken.
  SendQueue(asio::any_io_executor executor, std::size_t limit, std::function<void()> arrived,
            std::function<void()> overflowed);

  // False if it was not taken: the mailbox is closed, or this one was too much and has closed it.
  bool put(Message message);

  // Moves the oldest messages into `into`, and says how many. They count until they are sent().
  std::size_t take(std::span<Message> into);
  void sent(std::span<const Message> messages);
  bool empty() const;

  // Takes no more messages; what is there may still be delivered.
  void close();

  // The connection goes: nothing of its thread is used after this.
  void leave();

  // For a session that waits until nothing is being delivered.
  asio::awaitable<void> woken();
  void wake() { bell_->cancel(); }

 private:
  void tell();

  asio::any_io_executor executor_;
  const std::size_t limit_;
  std::function<void()> arrived_;
  std::function<void()> overflowed_;
  std::optional<asio::steady_timer> bell_;  // until leave(); never expires; cancelling it is the wake-up

  mutable std::mutex mutex_;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  bool told_ = false;  // tell() is on its way
  bool closed_ = false;
  bool overflow_ = false;
};

}  // namespace portico
