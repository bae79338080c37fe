// A program as a handler author writes it, with sessions that the shipped program has no use for: one that answers
// lines, and some that fail.

#include <portico/frames.hpp>
#include <portico/registry.hpp>
#include <portico/run.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace {

using portico::Connection;

// Answers each line in capitals, and puts the last one into the log.
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
  portico::Registry handlers;
  handlers.add("shout", "Answers each line in capitals.", shout);
  handlers.add("echo", "Sends back what it receives.", echo);
  handlers.add("throw_exception", "Throws a std::exception at the first bytes.", throw_exception);
  handlers.add("throw_int", "Throws something else at the first bytes.", throw_int);
  handlers.add("throw_after_partial_write", "Throws in the middle of its answer.", throw_after_partial_write);
  return portico::run(argc, argv, handlers);
}
