#pragma once

#include <memory>
#include <string>
#include <utility>

namespace portico {

class SendQueue;

// A handle to one client, made by Connection::sender(), for those who are not its session: other sessions, other
// threads. Cheap to copy; any thread; may outlive the connection. Messages of one thread arrive whole and in its order,
// between the writes of the session. What waits is bounded (`limits.send_queue`, 64 KiB by default): a client that does
// not keep up is ended with `slow_consumer`, and nobody else waits for it.
class Sender {
 public:
  // Queues `message`. False if the client has gone, is going, or has just been given up as too slow.
  bool send(std::string message) const;

  // The same for one message to many clients, which share its memory.
  bool send(std::shared_ptr<const std::string> message) const;

 private:
  friend class ServerConnection;
  explicit Sender(std::shared_ptr<SendQueue> queue) : queue_(std::move(queue)) {}

  std::shared_ptr<SendQueue> queue_;
};

}  // namespace portico
