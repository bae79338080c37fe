#pragma once

#include "tests/support/connections_fixture.hpp"

#include <portico/sender.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace portico::test {

// Echoes what it reads, so the writes are the session's own. "bye" ends it, "end" ends only its output, "throw" throws.
inline asio::awaitable<void> echo_with_commands(Connection& connection, bool* returned = nullptr) {
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

// A connection with a send queue, whose session writes as well.
class SenderFixture : public testing::Test, protected ConnectionsFixture {
 protected:
  MemoryStream& start_echo(std::size_t send_queue = 64 * 1024) {
    ConnectionSettings settings{"e", "h", {.first_byte = std::chrono::seconds(0), .write = std::chrono::seconds(30)}};
    settings.send_queue = send_queue;
    return start(
        [this](Connection& connection) {
          sender = connection.sender();
          return echo_with_commands(connection);
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
