#include <portico/portico.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

struct ShoutOptions {
  std::size_t max_line = 4096;
  std::string prefix;

  static constexpr auto describe() {
    return portico::options(portico::option("max_line", &ShoutOptions::max_line, "Longest line accepted, in bytes.",
                                            portico::between(1, 1 << 20)),
                            portico::option("prefix", &ShoutOptions::prefix, "Text put before each answer."));
  }
};

std::string capitals(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

// Answers each line in capitals.
asio::awaitable<void> shout(portico::Connection& connection, const ShoutOptions& options) {
  portico::Lines lines(connection, options.max_line);
  while (auto line = co_await lines.next()) co_await connection.write(options.prefix + capitals(*line) + "\n");
}

int main(int argc, char** argv) {
  portico::Registry handlers;
  handlers.add<ShoutOptions>("shout", "Answers each line in capitals.", shout);
  return portico::run(argc, argv, handlers);
}
