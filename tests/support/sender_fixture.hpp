#pragma once

#include "tests/support/connections_fixture.hpp"

#include <portico/sender.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace portico::test {

// Sends back what it reads: the session's own writes. "bye" ends it, "end" ends its output only, "throw" throws.
inline asio::awaitable<void> talk(Connection& connection, bool* returned = nullptr) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    if (bytes == "bye") break;
    if (bytes == "throw") throw std::runtime_error("no more");
    if (bytes == "end") {
      connection.finish_writing();
    } else {
      co_await connection.write(bytes);
    }
  }
  if (returned != nullptr) *returned = true;
}

// A connection that has a mailbox, and a session that writes on its own account.
class SenderWorld : public testing::Test, protected ConnectionsWorld {
 protected:
  MemoryStream& start_talk(std::size_t send_queue = 64 * 1024) {
    ConnectionSettings settings{"e", "h", {.first_byte = std::chrono::seconds(0), .write = std::chrono::seconds(30)}};
    settings.send_queue = send_queue;
    return start(
        [this](Connection& connection) {
          sender = connection.sender();
          return talk(connection);
        },
        std::move(settings));
  }

  void feed(MemoryStream& stream, std::string_view bytes) {
    stream.feed(bytes);
    run();
  }

  void make_room(MemoryStream& stream, std::size_t bytes = 1 << 20) {
    stream.set_room(bytes);
    run();
  }

  std::optional<Sender> sender;
};

}  // namespace portico::test
