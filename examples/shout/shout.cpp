#include <portico/portico.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

struct ShoutOptions {
  std::size_t max_line = 4096;
  std::string prefix;

  static constexpr auto describe() {
    return portico::options(portico::option("max_line", &ShoutOptions::max_line, "Maximum size of a line, in bytes.",
                                            portico::between(1, 1 << 20)),
                            portico::option("prefix", &ShoutOptions::prefix, "String sent before each answer."));
  }
};

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

// Sends back each line in upper case.
asio::awaitable<void> shout(portico::Connection& connection, const ShoutOptions& options) {
  portico::Lines lines(connection, options.max_line);
  while (auto line = co_await lines.next()) co_await connection.write(options.prefix + upper_case(*line) + "\n");
}

int main(int argc, char** argv) {
  portico::Registry handlers;
  handlers.add<ShoutOptions>("shout", "Sends back each line in upper case.", shout);
  return portico::run(argc, argv, handlers, {.name = "shout", .version = "1.0"});
}
