#include "handlers/handlers.hpp"

#include <portico/frames.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace portico::handlers {

namespace {

constexpr std::size_t max_line = 8 * 1024;
constexpr int max_lines = 100;  // more than any health check sends

bool is_token(std::string_view text) {
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return !text.empty();
}

// Returns the method of a request line such as "GET / HTTP/1.1" (RFC 9112 section 3); empty if the line is not one, or
// not HTTP/1.
std::string_view method_of(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == last) return {};
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  const bool http_1 = version.size() == 8 && version.starts_with("HTTP/1.") && version[7] >= '0' && version[7] <= '9';
  return http_1 && is_token(method) && is_token(line.substr(first + 1, last - first - 1)) ? method : std::string_view();
}

struct Answer {
  std::string_view status;
  std::string_view fields;  // in addition to those of every answer
  std::string_view body;
};

Answer answer_to(std::string_view method, bool ready) {
  if (method.empty()) return {"400 Bad Request", "", "not an HTTP/1 request\n"};
  // HAProxy's `option httpchk` asks OPTIONS unless told otherwise.
  if (method != "GET" && method != "HEAD" && method != "OPTIONS")
    return {"405 Method Not Allowed", "Allow: GET, HEAD, OPTIONS\r\n", "use GET\n"};
  if (!ready) return {"503 Service Unavailable", "", "stopping\n"};
  return {"200 OK", "", "ok\n"};
}

}  // namespace

std::string health_answer(std::string_view request_line, bool ready, std::chrono::sys_seconds now) {
  const std::string_view method = method_of(request_line);
  const auto [status, fields, body] = answer_to(method, ready);
  // Must not be cached, because the next second's answer may differ (RFC 9111 section 5.2.2.5).
  return fmt::format(
      "HTTP/1.1 {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n{}Content-Type: text/plain\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nConnection: close\r\n\r\n{}",
      status, fmt::gmtime(std::chrono::system_clock::to_time_t(now)), fields, body.size(),
      method == "HEAD" ? std::string_view() : body);
}

asio::awaitable<void> health(Connection& connection) {
  Lines lines(connection, max_line);
  auto line = co_await lines.next();
  if (line && line->empty())
    line = co_await lines.next();  // an empty line before the request is ignored (RFC 9112 section 2.2)
  if (!line) co_return;
  std::string request_line(*line);
  int count = 0;
  while (line && !line->empty() && ++count <= max_lines) line = co_await lines.next();
  if (count > max_lines) request_line.clear();
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string answer = health_answer(request_line, connection.ready(), now);
  co_await connection.write(answer);
}

}  // namespace portico::handlers
