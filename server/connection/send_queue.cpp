#include "server/connection/send_queue.hpp"

#include <portico/sender.hpp>

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace portico {

SendQueue::SendQueue(asio::any_io_executor executor, std::size_t limit, std::function<void()> arrived,
                     std::function<void()> overflowed)
    : executor_(std::move(executor)),
      limit_(limit),
      arrived_(std::move(arrived)),
      overflowed_(std::move(overflowed)),
      bell_(std::in_place, executor_) {
  bell_->expires_at(std::chrono::steady_clock::time_point::max());
}

// Posts with the lock held: leave() cannot come in between, so the executor is there.
bool SendQueue::put(Message message) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const auto cost = message->size() + overhead;
  if (bytes_ + cost > limit_) {
    closed_ = overflow_ = true;
  } else {
    bytes_ += cost;
    messages_.push_back(std::move(message));
  }
  if (!std::exchange(told_, true)) asio::post(executor_, [self = shared_from_this()] { self->tell(); });
  return !overflow_;
}

void SendQueue::tell() {
  std::unique_lock lock(mutex_);
  told_ = false;
  const bool overflow = overflow_;
  lock.unlock();
  if (!arrived_) return;  // the connection has gone since
  if (overflow) {
    overflowed_();
  } else {
    arrived_();
  }
}

std::size_t SendQueue::take(std::span<Message> into) {
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

void SendQueue::leave() {
  arrived_ = overflowed_ = nullptr;
  bell_.reset();
  const std::lock_guard lock(mutex_);
  closed_ = true;
  messages_.clear();
}

asio::awaitable<void> SendQueue::woken() {
  std::error_code cancelled;
  co_await bell_->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

bool Sender::send(std::string message) const {
  return mailbox_->put(std::make_shared<const std::string>(std::move(message)));
}

bool Sender::send(std::shared_ptr<const std::string> message) const { return mailbox_->put(std::move(message)); }

}  // namespace portico
