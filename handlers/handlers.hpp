#pragma once

#include <portico/connection.hpp>

#include <asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

// The session handlers that the ready program has. The services of RFC 862 to 868 in their TCP form.
namespace portico::handlers {

// Sends back what it receives, until the peer ends (RFC 862).
asio::awaitable<void> echo(Connection& connection);

// Throws away what it receives, until the peer ends (RFC 863).
asio::awaitable<void> discard(Connection& connection);

// Sends the rotating pattern of lines without end and throws away what it receives, until the peer ends or the server
// stops (RFC 864).
asio::awaitable<void> chargen(Connection& connection);

// Sends the date and time as one line and ends (RFC 867).
asio::awaitable<void> daytime(Connection& connection);

// Sends the time as a number and ends (RFC 868).
asio::awaitable<void> time(Connection& connection);

// Sends one line of JSON about the connection and ends.
asio::awaitable<void> whoami(Connection& connection);

// Answers one HTTP request, whatever its path: 200, or 503 once the server was told to stop (RFC 9110, 9112).
asio::awaitable<void> health(Connection& connection);

// What they send, for a given moment or connection.

// 95 lines, after which the pattern repeats: 72 of the 95 printing ASCII characters and CRLF, each line starting one
// character later than the one before.
std::string_view chargen_pattern();

// "Sunday, November 22, 2026 20:10:00-UTC\r\n": the form that RFC 867 proposes, always in UTC.
std::string daytime_text(std::chrono::sys_seconds now);

// Seconds since 1900-01-01 00:00 UTC, 32 bits in network order. They start again from 0 on 2036-02-07 06:28:16 UTC.
std::array<char, 4> time_number(std::chrono::sys_seconds now);

// The whole answer to a request: 200 or 503; 405 unless it is GET or HEAD, 400 for what is no HTTP/1.
std::string health_answer(std::string_view request_line, bool ready, std::chrono::sys_seconds now);

}  // namespace portico::handlers
