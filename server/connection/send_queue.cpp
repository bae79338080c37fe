#include "server/connection/send_queue.hpp"

#include "base/assert.hpp"

#include <portico/sender.hpp>

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

SendQueue::SendQueue(asio::any_io_executor executor, std::size_t limit, std::function<void()> on_message,
                     std::function<void()> on_overflow)
    : executor_(std::move(executor)),
      limit_(limit),
      on_message_(std::move(on_message)),
      on_overflow_(std::move(on_overflow)),
      wakeup_(std::in_place, executor_) {
  wakeup_->expires_at(std::chrono::steady_clock::time_point::max());
}

SendQueue::~SendQueue() { PORTICO_ASSERT(!wakeup_); }  // detached: a Sender may outlive the connection, not its timer

// Posts with the lock held: detach() cannot come in between, so the executor still exists.
bool SendQueue::push(Message message) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const auto cost = message->size() + overhead;
  if (bytes_ + cost > limit_) {
    closed_ = overflowed_ = true;
  } else {
    bytes_ += cost;
    messages_.push_back(std::move(message));
  }
  if (!std::exchange(notified_, true)) asio::post(executor_, [self = shared_from_this()] { self->notify(); });
  return !overflowed_;
}

void SendQueue::notify() {
  std::unique_lock lock(mutex_);
  notified_ = false;
  const bool overflow = overflowed_;
  lock.unlock();
  if (!on_message_) return;  // the connection was destroyed meanwhile
  if (overflow) {
    on_overflow_();
  } else {
    on_message_();
  }
}

std::size_t SendQueue::pop(std::span<Message> into) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (; count < into.size() && !messages_.empty(); ++count) {
    into[count] = std::move(messages_.front());
    messages_.pop_front();
  }
  return count;
}

void SendQueue::sent(std::span<const Message> messages) {
  const std::lock_guard lock(mutex_);
  for (const auto& message : messages) bytes_ -= message->size() + overhead;
}

bool SendQueue::empty() const {
  const std::lock_guard lock(mutex_);
  return messages_.empty();
}

void SendQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void SendQueue::discard() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  messages_.clear();
}

void SendQueue::detach() {
  on_message_ = on_overflow_ = nullptr;
  wakeup_.reset();
  discard();
}

asio::awaitable<void> SendQueue::wait_for_writer() {
  std::error_code cancelled;
  co_await wakeup_->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

bool Sender::send(std::string message) const {
  return queue_->push(std::make_shared<const std::string>(std::move(message)));
}

bool Sender::send(std::shared_ptr<const std::string> message) const { return queue_->push(std::move(message)); }

}  // namespace portico
