// Messages from other threads to many clients of the whole server, over real sockets on loopback.

#include "tests/support/running_server.hpp"

#include <portico/sender.hpp>

#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <istream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace portico {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

class ServerMessagesTest : public test::RunningServer {};

// The members of a chat room.
struct Room {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint16_t, Sender> members;  // by the client's port

  static asio::awaitable<void> join(Connection& connection, Room& room) {
    {
      const std::lock_guard lock(room.mutex);
      room.members.emplace(connection.peer().port(), connection.sender());
      room.changed.notify_all();
    }
    for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
    }
  }
};

// Reads `messages` messages of each sender; returns false if one was lost, duplicated or out of order.
bool receive_all(tcp::socket& socket, int senders, int messages) {
  std::vector<int> next(static_cast<std::size_t>(senders), 0);
  asio::streambuf buffer;
  std::istream input(&buffer);
  for (int i = 0; i < senders * messages; ++i) {
    std::error_code error;
    asio::read_until(socket, buffer, '\n', error);
    if (error) return false;
    std::size_t sender = 0;
    int number = 0;
    input >> sender >> number;
    input.ignore(1);
    if (sender >= next.size() || next[sender]++ != number) return false;
  }
  return true;
}

TEST_F(ServerMessagesTest, MessagesOfEightThreadsArriveInOrderAndOnlyTheStuckClientIsDisconnected) {
  constexpr int senders = 8;
#ifdef _WIN32
  constexpr int members = 200;  // Wine's sockets are slow
#else
  constexpr int members = 1000;
#endif
  constexpr int messages = 25;
  Room room;
  handlers.add("room", "Receives messages of others.",
               [&room](Connection& connection) { return Room::join(connection, room); });
  auto config = one_endpoint("room", 2);
  config.endpoints[0].accept.backlog = 4096;
  config.endpoints[0].limits.send_queue = 256 * 1024;
  start(config);

  std::vector<tcp::socket> sockets;
  sockets.reserve(members);
  for (int i = 0; i < members; ++i) sockets.push_back(connect("echo"));
  auto stuck = connect("echo");
  {
    std::unique_lock lock(room.mutex);
    ASSERT_TRUE(room.changed.wait_for(lock, 60s, [&] { return room.members.size() == members + 1U; }));
  }
  constexpr int readers = 4;
  std::vector<std::future<bool>> results;
  results.reserve(readers);
  for (int r = 0; r < readers; ++r)
    results.push_back(std::async(std::launch::async, [&, r] {
      bool all = true;
      for (std::size_t i = static_cast<std::size_t>(r); i < sockets.size(); i += readers)
        all = receive_all(sockets[i], senders, messages) && all;
      return all;
    }));
  std::vector<std::thread> threads;
  threads.reserve(senders);
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&, s] {
      for (int m = 0; m < messages; ++m) {
        const auto text = std::make_shared<const std::string>(std::to_string(s) + " " + std::to_string(m) + "\n");
        for (const auto& [port, member] : room.members) member.send(text);
      }
    });
  for (auto& thread : threads) thread.join();
  for (auto& all : results) EXPECT_TRUE(all.get()) << "a message was lost, duplicated, or out of order";

  // This client never reads; it is sent more than the system's buffers and its send queue hold.
  const auto much = std::make_shared<const std::string>(std::string(64 * 1024, 'x'));
  const auto& to_stuck = room.members.at(stuck.local_endpoint().port());
  wait_for([&] { return !to_stuck.send(much); });
  wait_for([&] { return !observer.ends().empty(); });
  EXPECT_EQ(to_string(observer.ends()[0].reason), "slow_consumer");
  for (auto& socket : sockets) socket.close();
}

}  // namespace
}  // namespace portico
