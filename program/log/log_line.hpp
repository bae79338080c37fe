#pragma once

#include "server/connection/server_connection.hpp"

#include <portico/observer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace portico {

enum class LogFormat : std::uint8_t { text, json };
enum class LogLevel : std::uint8_t { debug, info, warn, error };

// One line of the log: `time level event` and then fields, as JSON or as `key=value` for people. A plain value. The
// line is valid UTF-8 and has exactly one line end, its last character, even if the strings are hostile.
class LogLine {
 public:
  // Longer strings are truncated and end in "...", so that a limited number of lines is a limited number of bytes.
  static constexpr std::size_t max_text = 1024;

  LogLine(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level, std::string_view event);

  LogLine& add(std::string_view key, std::string_view value);  // an empty string is omitted
  LogLine& add(std::string_view key, std::uint64_t value);
  LogLine& add(std::string_view key, std::chrono::milliseconds value);
  LogLine& add(std::string_view key, const Annotations& value);  // as an object; omitted if there are none
  LogLine& add(std::string_view key, std::chrono::system_clock::time_point value);  // UTC, as the line's own time

  std::string finish();  // the finished line; the object is empty afterwards

 private:
  void append_key(std::string_view key);
  void append_text(std::string_view text);

  LogFormat format_;
  std::string line_;
};

// The connection of an event as what it is: every connection is the server's.
inline const ServerConnection& server_side(const Connection& connection) {
  return static_cast<const ServerConnection&>(connection);
}

// Level of each event.
LogLevel level_of(const events::Listening&);
LogLevel level_of(const events::Accepted&);
LogLevel level_of(const events::Closed& closed);
LogLevel level_of(const events::Refused& refused);
LogLevel level_of(const events::AcceptPaused& paused);
LogLevel level_of(const events::AcceptResumed&);
LogLevel level_of(const events::ConfigProblem&);
LogLevel level_of(const events::CertificateExpires& event);
LogLevel level_of(const events::CertificateReplaced&);
LogLevel level_of(const events::StartFailed&);
LogLevel level_of(const events::Reloaded& event);
LogLevel level_of(const events::Stopping&);
LogLevel level_of(const events::Draining&);
LogLevel level_of(const events::Stopped& stopped);

// Line of each event. Those of begin_line() lack their end, so that RepeatedLines can add a count.
std::string log_line(const events::Listening& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Accepted& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Closed& event, LogFormat format, std::chrono::system_clock::time_point time);
LogLine begin_line(const events::Closed& event, LogFormat format, std::chrono::system_clock::time_point time);
LogLine begin_line(const events::Refused& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::AcceptPaused& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::AcceptResumed& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::ConfigProblem& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::CertificateExpires& event, LogFormat format,
                     std::chrono::system_clock::time_point time);
std::string log_line(const events::CertificateReplaced& event, LogFormat format,
                     std::chrono::system_clock::time_point time);
std::string log_line(const events::StartFailed& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Reloaded& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Stopping& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Draining& event, LogFormat format, std::chrono::system_clock::time_point time);
std::string log_line(const events::Stopped& event, LogFormat format, std::chrono::system_clock::time_point time);

}  // namespace portico
