#pragma once

#include "server/connection/server_connection.hpp"
#include "tests/support/memory_stream.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace portico::test {

// One connection over a memory stream, with its session. Every call that can change something runs the session until it
// waits again.
class MemorySession {
 public:
  MemorySession();
  ~MemorySession();  // aborts a session that still runs

  // Starts session(connection), the coroutine under test.
  void start(asio::awaitable<void> session);

  // --- for the peer and the server
  void feed(std::string_view bytes);
  void end_input();
  void stop();  // the server stops
  void run();

  bool waits() const { return !ended_; }
  bool returned() const { return ended_ && !reason_ && !error_ && text_.empty(); }

  // The exception that ended the session: a ConnectionError, a std::system_error, or any other with its message.
  std::optional<EndReason> reason() const { return reason_; }
  std::error_code error() const { return error_; }
  const std::string& text() const { return text_; }

  asio::io_context context;
  MemoryStream stream{context};
  WorkerContext worker{context.get_executor(), {}, {}, false};
  ConnectionSettings settings{"memory", "test", {}};
  ServerConnection connection;

 private:
  void end(std::exception_ptr failure);

  bool ended_ = false;
  std::optional<EndReason> reason_;
  std::error_code error_;
  std::string text_;
};

}  // namespace portico::test
