#pragma once

#include <memory>
#include <string>
#include <utility>

namespace portico {

class SendQueue;

// Handle for sending messages to one client from outside its session: from other sessions and other threads. Made by
// Connection::sender(). Cheap to copy; any thread; may outlive the connection.
//
//     void broadcast(std::vector<portico::Sender>& clients, std::string text) {
//       const auto message = std::make_shared<const std::string>(std::move(text));
//       std::erase_if(clients, [&](const portico::Sender& client) { return !client.send(message); });
//     }
//
// Messages arrive whole, between the writes of the session, and those of one thread in its order. The queue is bounded
// (`limits.send_queue`, in bytes, 64 KiB by default): a client that reads too slowly is disconnected with the end
// reason `slow_consumer`, and no other client waits for it.
class Sender {
 public:
  // Queues `message`; never waits for the client. Returns false if the connection has ended or is ending, also because
  // this message has overfilled its queue. Throws std::bad_alloc only.
  bool send(std::string message) const;

  // Queues a message that several clients share, so that it is in memory once.
  bool send(std::shared_ptr<const std::string> message) const;

 private:
  friend class ServerConnection;
  explicit Sender(std::shared_ptr<SendQueue> queue) : queue_(std::move(queue)) {}

  std::shared_ptr<SendQueue> queue_;
};

}  // namespace portico
