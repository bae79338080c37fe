// A program as a handler author writes it, with handlers for tests: some that answer, one whose clients talk to each
// other, and some that fail.

#include <portico/frames.hpp>
#include <portico/observer.hpp>
#include <portico/registry.hpp>
#include <portico/run.hpp>
#include <portico/sender.hpp>

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

using portico::Connection;

// Answers each line in upper case, and annotates the connection with the last answer.
asio::awaitable<void> shout(Connection& connection) {
  portico::Lines lines(connection, 4096);
  while (const auto line = co_await lines.next()) {
    std::string answer(*line);
    std::transform(answer.begin(), answer.end(), answer.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    connection.annotate("last", answer);
    co_await connection.write(answer, "\n");
  }
}

asio::awaitable<void> echo(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

// Sends numbered lines until the peer's EOF or the stop of the server. Annotates the connection with the last number,
// and with the time at which it began to write it.
asio::awaitable<void> count(Connection& connection) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const std::string padding = std::string(90, '.') + "\n";
  std::uint64_t number = 0;
  for (auto received = connection.try_read(); !received || !received->empty(); received = connection.try_read()) {
    std::string lines;
    for (int i = 0; i < 100; ++i) lines += std::to_string(++number) + padding;
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    connection.annotate("last", std::to_string(number));
    connection.annotate("writing_since_ms", std::to_string(since.count()));
    co_await connection.write(lines);
  }
}

struct AnswerOptions {
  std::size_t size = 1 << 20;
  bool at_end = false;

  static constexpr auto describe() {
    return portico::options(
        portico::option("size", &AnswerOptions::size, "Size of the answer.", portico::between(1, 1 << 30)),
        portico::option("at_end", &AnswerOptions::at_end, "Answer at the peer's EOF, not at its first bytes."));
  }
};

// Answers once, with the 23 letters from `a` repeated, and ignores everything else that the peer sends.
asio::awaitable<void> answer(Connection& connection, const AnswerOptions& options) {
  auto bytes = co_await connection.read();
  while (!bytes.empty() && options.at_end) bytes = co_await connection.read();
  std::string text(options.size, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  co_await connection.write(text);
}

// The clients of one chat endpoint. Thread-safe: their sessions run on several workers.
class Room {
 public:
  // Membership of a session in the room, which ends with the session.
  class Seat {
   public:
    Seat(Room& room, Connection& connection) : room_(room), id_(connection.id()) {
      const std::lock_guard lock(room_.mutex_);
      room_.clients_.emplace(id_, connection.sender());
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat() {
      const std::lock_guard lock(room_.mutex_);
      room_.clients_.erase(id_);
    }

   private:
    Room& room_;
    std::uint64_t id_;
  };

  void send_to_all(std::string text) {
    const auto message = std::make_shared<const std::string>(std::move(text));
    const std::lock_guard lock(mutex_);
    for (const auto& [id, client] : clients_) client.send(message);
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, portico::Sender> clients_;
};

struct ChatOptions {
  std::size_t max_line = 4096;

  static constexpr auto describe() {
    return portico::options(
        portico::option("max_line", &ChatOptions::max_line, "Longest line, in bytes.", portico::between(1, 1 << 20)));
  }
};

asio::awaitable<void> join_room(Connection& connection, Room& room, std::size_t max_line) {
  const Room::Seat seat(room, connection);
  portico::Lines lines(connection, max_line);
  for (auto line = co_await lines.next(); line && *line != "quit"; line = co_await lines.next())
    room.send_to_all(std::string(*line) + "\n");
}

// Each endpoint has a room of its own.
portico::Session chat(const ChatOptions& options) {
  return [room = std::make_shared<Room>(), max_line = options.max_line](Connection& connection) {
    return join_room(connection, *room, max_line);
  };
}

// Sums up what the server says about its connections.
class Sums : public portico::Observer {
 public:
  using Observer::on;
  void on(const portico::events::Accepted& event) override {
    if (event.connection.endpoint() != "sums") ++accepted;
  }
  void on(const portico::events::Closed& event) override { bytes += event.bytes_in + event.bytes_out; }

  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> bytes{0};
};

// Sends the sums, in a line.
asio::awaitable<void> send_sums(Connection& connection, const Sums& sums) {
  const std::string line = std::to_string(sums.accepted) + " " + std::to_string(sums.bytes) + "\n";
  co_await connection.write(line);
}

// Starts in plain text as POP3 does (RFC 2595 section 4), and echoes each line.
asio::awaitable<void> stls(Connection& connection) {
  co_await connection.write("+OK ready\r\n");
  portico::Lines lines(connection, 4096);
  while (const auto line = co_await lines.next()) {
    if (*line == "STLS") {
      co_await connection.write("+OK go ahead\r\n");
      co_await connection.start_tls();
    } else {
      co_await connection.write("+OK ", *line, "\r\n");
    }
  }
}

// Blocks its worker, as no session should, until a line comes from standard input.
asio::awaitable<void> block(Connection& connection) {
  co_await connection.read();
  std::string line;
  std::getline(std::cin, line);
}

// Answers, and then waits for a timer of its own without end.
asio::awaitable<void> never_end(Connection& connection) {
  const auto bytes = co_await connection.read();
  co_await connection.write(bytes);
  asio::steady_timer timer(connection.get_executor());
  while (true) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> throw_exception(Connection& connection) {
  co_await connection.read();
  throw std::runtime_error("the \"cellar\"\nis flooded");
}

asio::awaitable<void> throw_int(Connection& connection) {
  co_await connection.read();
  throw 42;
}

asio::awaitable<void> throw_after_partial_write(Connection& connection) {
  co_await connection.read();
  co_await connection.write("half an ans");
  throw std::runtime_error("no more");
}

}  // namespace

int main(int argc, char** argv) {
  Sums sums;
  portico::Registry handlers;
  handlers.add("shout", "Answers each line in upper case.", shout);
  handlers.add("echo", "Sends back what it receives.", echo);
  handlers.add("count", "Sends numbered lines without end.", count);
  handlers.add<AnswerOptions>("answer", "Answers once.", answer);
  handlers.add<ChatOptions>("chat", "Sends each line to every client of the endpoint.", chat);
  handlers.add("sums", "Sends the number of clients of other endpoints, and of bytes.",
               [&sums](Connection& connection) { return send_sums(connection, sums); });
  handlers.add("stls", "Echoes each line, and starts TLS on the command STLS.", stls);
  handlers.add("block", "Blocks its worker until a line comes from standard input.", block);
  handlers.add("never_end", "Answers once, and never ends.", never_end);
  handlers.add("throw_exception", "Throws a std::exception at the first bytes.", throw_exception);
  handlers.add("throw_int", "Throws an int at the first bytes.", throw_int);
  handlers.add("throw_after_partial_write", "Throws in the middle of its answer.", throw_after_partial_write);
  return portico::run(argc, argv, handlers, {.name = "sample", .version = "2.5", .observer = &sums});
}
