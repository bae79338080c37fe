// Many concurrent clients of an echo service; each checks every byte.
//
//   round_trips HOST PORT CLIENTS ROUNDS MAX_BYTES
//
// All clients connect before the first one sends. Then each sends ROUNDS messages of a random size, reading the answer
// while it still sends; at last it half-closes and expects EOF. Exit status: 0 if every byte came back in its place and
// every connection ended with EOF.

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#ifndef _WIN32
#include <sys/resource.h>
#endif

namespace {

using asio::ip::tcp;

struct Plan {
  tcp::endpoint server;
  std::size_t clients;
  std::size_t rounds;
  std::size_t max_bytes;
};

// Returns the random bytes that messages are taken from: twice the longest message, so that the messages differ.
std::vector<char> random_bytes(std::size_t size) {
  std::mt19937 random(20261122);
  std::vector<char> bytes(size);
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class Load;

class Client {
 public:
  Client(Load& load, asio::io_context& context, unsigned seed) : load_(load), socket_(context), random_(seed) {}

  void connect();
  void next_round();

 private:
  void send();
  void receive();
  void half_done();
  void await_eof();

  Load& load_;
  tcp::socket socket_;
  std::minstd_rand random_;
  std::size_t rounds_ = 0;
  std::size_t offset_ = 0;    // of the message in the random bytes
  std::size_t size_ = 0;      // of the message
  std::size_t received_ = 0;  // of the answer
  int halves_ = 0;            // of sending and receiving, the number that is done
  std::array<char, 16384> buffer_;
};

class Load {
 public:
  Load(asio::io_context& context, const Plan& plan) : plan_(plan), bytes_(random_bytes(2 * plan.max_bytes)) {
    for (std::size_t i = 0; i < plan.clients; ++i)
      clients_.push_back(std::make_unique<Client>(*this, context, static_cast<unsigned>(i + 1)));
    // Limited concurrency, so that no system's backlog overflows.
    for (std::size_t i = 0; i < std::min<std::size_t>(64, plan.clients); ++i) connect_one();
  }

  const Plan& plan() const { return plan_; }
  const char* bytes() const { return bytes_.data(); }

  void connected() {
    connect_one();
    if (++connected_ == clients_.size())
      for (auto& client : clients_) client->next_round();
  }
  void sent(std::size_t bytes) { total_ += bytes; }
  void finished() { ++finished_; }
  std::size_t finished_count() const { return finished_; }
  std::uint64_t total() const { return total_; }

  // Prints the first failure and ends the program: later ones would only repeat it.
  [[noreturn]] void fail(const char* what, const std::error_code& error) {
    std::fprintf(stderr, "round_trips: %s: %s (%zu of %zu clients connected, %zu finished)\n", what,
                 error.message().c_str(), connected_, clients_.size(), finished_);
    std::_Exit(1);
  }

 private:
  void connect_one() {
    if (started_ < clients_.size()) clients_[started_++]->connect();
  }

  Plan plan_;
  std::vector<char> bytes_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::size_t started_ = 0;
  std::size_t connected_ = 0;
  std::size_t finished_ = 0;
  std::uint64_t total_ = 0;
};

void Client::connect() {
  socket_.async_connect(load_.plan().server, [this](const std::error_code& error) {
    if (error) load_.fail("cannot connect", error);
    socket_.set_option(tcp::no_delay(true));
    load_.connected();
  });
}

void Client::next_round() {
  if (rounds_++ == load_.plan().rounds) return await_eof();
  const auto max = load_.plan().max_bytes;
  size_ = 1 + random_() % max;
  offset_ = random_() % max;
  received_ = 0;
  halves_ = 0;
  send();
  receive();
}

void Client::send() {
  asio::async_write(socket_, asio::buffer(load_.bytes() + offset_, size_),
                    [this](const std::error_code& error, std::size_t bytes) {
                      if (error) load_.fail("cannot send", error);
                      load_.sent(bytes);
                      half_done();
                    });
}

void Client::receive() {
  const auto room = std::min(buffer_.size(), size_ - received_);
  socket_.async_read_some(asio::buffer(buffer_.data(), room), [this](const std::error_code& error, std::size_t bytes) {
    if (error) load_.fail("cannot receive", error);
    if (std::memcmp(buffer_.data(), load_.bytes() + offset_ + received_, bytes) != 0)
      load_.fail("a wrong byte came back", {});
    received_ += bytes;
    received_ < size_ ? receive() : half_done();
  });
}

void Client::half_done() {
  if (++halves_ == 2) next_round();
}

void Client::await_eof() {
  socket_.shutdown(tcp::socket::shutdown_send);
  socket_.async_read_some(asio::buffer(buffer_), [this](const std::error_code& error, std::size_t) {
    if (error != asio::error::eof) load_.fail("the connection did not end with EOF", error);
    socket_.close();
    load_.finished();
  });
}

void allow_many_descriptors() {
#ifndef _WIN32
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "round_trips HOST PORT CLIENTS ROUNDS MAX_BYTES\n");
    return 64;
  }
  allow_many_descriptors();
  const auto number = [&](int index) { return static_cast<std::size_t>(std::strtoull(argv[index], nullptr, 10)); };
  const tcp::endpoint server(asio::ip::make_address(argv[1]), static_cast<std::uint16_t>(number(2)));

  asio::io_context context(1);
  const auto begin = std::chrono::steady_clock::now();
  Load load(context, {server, number(3), number(4), number(5)});
  context.run();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("%zu clients, %zu rounds each, %.1f MiB, %.1f s\n", load.finished_count(), number(4),
              static_cast<double>(load.total()) / (1024 * 1024), seconds.count());
  return load.finished_count() == number(3) ? 0 : 1;
}
