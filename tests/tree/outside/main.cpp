#include <portico/options.hpp>
#include <portico/registry.hpp>
#include <portico/run.hpp>

#include <string>

struct GreetingOptions {
  std::string greeting = "hello";

  static constexpr auto describe() {
    return portico::options(portico::option("greeting", &GreetingOptions::greeting, "What a client is told."));
  }
};

// Greets each client and ends.
asio::awaitable<void> greet(portico::Connection& connection, const GreetingOptions& options) {
  co_await connection.write(options.greeting, "\n");
}

int main(int argc, char** argv) {
  portico::Registry handlers;
  handlers.add<GreetingOptions>("greet", "Greets each client and ends.", greet);
  return portico::run(argc, argv, handlers);
}
