// A client of TLS servers with little overhead: blocking, one thread for each active connection. For bench/tls.py.
//
//   tls_load idle PORT COUNT                   connects COUNT clients, with at most 32 concurrent handshakes, prints
//                                              "ready", and holds them until EOF of its standard input
//   tls_load lines PORT SECONDS THREADS        repeats: connect, full handshake, read until EOF; prints the count
//   tls_load read PORT SECONDS THREADS [TEXT]  repeats: connect, send the text, read; prints the number of bytes
//   tls_load write PORT SECONDS THREADS        writes; prints the number of bytes

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

// TLS 1.3 with AES-128-GCM over X25519, whatever the server prefers, so that every server does the same work.
Context make_context() {
  Context context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  if (SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256") != 1) fail("no such cipher");
  char groups[] = "X25519";  // as SSL_CTX_set1_groups_list(), a macro with a C cast
  if (SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_GROUPS_LIST, 0, groups) != 1) fail("no such group");
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

class Connection {
 public:
  Connection(SSL_CTX* context, std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval timeout{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
    tls_ = SSL_new(context);
    SSL_set_fd(tls_, socket_);
    if (SSL_connect(tls_) != 1) fail("no handshake");
  }
  ~Connection() {
    SSL_free(tls_);
    ::close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Returns the number of bytes; 0 at EOF.
  std::size_t read(std::array<char, 65536>& buffer) {
    std::size_t size = 0;
    ERR_clear_error();
    if (SSL_read_ex(tls_, buffer.data(), buffer.size(), &size) == 1) return size;
    if (SSL_get_error(tls_, 0) != SSL_ERROR_ZERO_RETURN) fail("the server broke the connection");
    return 0;
  }
  void write(const void* data, std::size_t size) {
    std::size_t written = 0;
    if (SSL_write_ex(tls_, data, size, &written) != 1) fail("cannot write");
  }

 private:
  int socket_;
  SSL* tls_ = nullptr;
};

void idle(SSL_CTX* context, std::uint16_t port, int count) {
  std::vector<std::unique_ptr<Connection>> connections(static_cast<std::size_t>(count));
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  threads.reserve(32);
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      for (std::size_t index = next++; index < connections.size(); index = next++)
        connections[index] = std::make_unique<Connection>(context, port);
    });
  }
  threads.clear();
  std::cout << "ready" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
}

// Calls work(deadline) in each thread and prints the sum of the results.
template <typename Work>
void measure(int seconds, int threads, Work work) {
  std::atomic<std::uint64_t> sum = 0;
  std::vector<std::jthread> running;
  running.reserve(static_cast<std::size_t>(threads));
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  for (int i = 0; i < threads; ++i) running.emplace_back([&] { sum += work(deadline); });
  running.clear();
  std::cout << sum << std::endl;
}

std::uint64_t lines(SSL_CTX* context, std::uint16_t port, Clock::time_point deadline) {
  std::array<char, 65536> buffer;
  std::uint64_t count = 0;
  for (; Clock::now() < deadline; ++count) {
    Connection connection(context, port);
    while (connection.read(buffer) > 0) {
    }
  }
  return count;
}

std::uint64_t read(SSL_CTX* context, std::uint16_t port, const std::string& text, Clock::time_point deadline) {
  std::array<char, 65536> buffer;
  std::uint64_t bytes = 0;
  while (Clock::now() < deadline) {
    Connection connection(context, port);
    if (!text.empty()) connection.write(text.data(), text.size());
    while (Clock::now() < deadline) {
      const std::size_t size = connection.read(buffer);
      if (size == 0) break;
      bytes += size;
    }
  }
  return bytes;
}

std::uint64_t write(SSL_CTX* context, std::uint16_t port, Clock::time_point deadline) {
  static constexpr std::array<char, 65536> data{};
  std::uint64_t bytes = 0;
  Connection connection(context, port);
  for (; Clock::now() < deadline; bytes += data.size()) connection.write(data.data(), data.size());
  return bytes;
}

void run(const std::vector<std::string>& words) {
  const Context context = make_context();
  const std::string& mode = words.at(0);
  const auto port = static_cast<std::uint16_t>(std::stoi(words.at(1)));
  const int amount = std::stoi(words.at(2));
  if (mode == "idle") return idle(context.get(), port, amount);
  const int threads = std::stoi(words.at(3));
  const std::string text = words.size() > 4 ? words[4] : std::string();
  measure(amount, threads, [&](Clock::time_point deadline) {
    if (mode == "lines") return lines(context.get(), port, deadline);
    if (mode == "read") return read(context.get(), port, text, deadline);
    return write(context.get(), port, deadline);
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "tls_load: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
