#pragma once

#include <portico/connection.hpp>

#include <asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

// The handlers of the shipped program: the services of RFC 862 to 868 over TCP, and two of Portico's own. Each session
// runs on the thread of its connection and throws what the reads and writes of Connection throw.
namespace portico::handlers {

// Sends back what it receives, until EOF (RFC 862).
asio::awaitable<void> echo(Connection& connection);

// Discards what it receives, until EOF (RFC 863).
asio::awaitable<void> discard(Connection& connection);

// Sends chargen_pattern() repeatedly and discards what it receives, until EOF or until the server stops (RFC 864).
asio::awaitable<void> chargen(Connection& connection);

// Sends daytime_text() and ends (RFC 867).
asio::awaitable<void> daytime(Connection& connection);

// Sends time_number() and ends (RFC 868).
asio::awaitable<void> time(Connection& connection);

// Sends one line of JSON about the connection and ends.
asio::awaitable<void> whoami(Connection& connection);

// Answers one HTTP request with any path: 200, or 503 from the stop request on (RFC 9110, 9112). Reads at most 100
// lines of at most 8 KiB; a longer line is a ConnectionError (message_too_long).
asio::awaitable<void> health(Connection& connection);

// --- What they send, for a given time or request

// Returns the 95 lines of the pattern: each has 72 of the 95 printable ASCII characters and CRLF, and starts one
// character later than the line before.
std::string_view chargen_pattern();

// Returns "Sunday, November 22, 2026 20:10:00-UTC\r\n": the form that RFC 867 proposes, always in UTC.
std::string daytime_text(std::chrono::sys_seconds now);

// Returns the seconds since 1900-01-01 00:00 UTC, as 32 bits in network byte order. They wrap to 0 on 2036-02-07
// 06:28:16 UTC.
std::array<char, 4> time_number(std::chrono::sys_seconds now);

// Returns the complete answer: 200 or 503; 405 for methods other than GET, HEAD and OPTIONS; 400 if the line is not
// HTTP/1.
std::string health_answer(std::string_view request_line, bool ready, std::chrono::sys_seconds now);

}  // namespace portico::handlers
