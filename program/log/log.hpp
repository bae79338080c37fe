#pragma once

#include "config/settings/config.hpp"
#include "program/log/log_line.hpp"

#include <portico/observer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace portico {

// Output of the log. `write` may block; only the log's own thread calls it, with one complete line each time. It
// returns false if the line was not written; then no part of it was, or none that a later line could be mistaken for.
struct LogOutput {
  std::function<bool(std::string_view line)> write;
  bool terminal = false;  // for the format "auto": text on a terminal, JSON otherwise
  bool journal = false;   // systemd's: a priority in front of each line, which it takes away (sd-daemon(3))
};

// Observer that writes events as lines, on a thread of its own. Owned by run_server(); outlives the server.
// Any thread may report an event, and none ever waits for the output: if the output does not keep up, the oldest queued
// lines are dropped, and the next line that is written (`log_dropped`) says how many. It counts the lines that could
// not be written too, as on a full disk.
class Log final : public Observer {
 public:
  static constexpr std::size_t default_capacity = 8192;  // queued lines; 2000 connections may end together

  Log(const LogConfig& config, LogOutput output, std::size_t capacity = default_capacity);

  // Writes the queued lines for at most a second; an output that is blocked for longer is abandoned.
  ~Log() override;

  // Waits until every line reported so far is written, for at most `timeout`; returns false if some are not. Call it
  // before _Exit, which runs no destructors.
  bool flush(std::chrono::milliseconds timeout);

  // Writes the lines of counted events that are due. Events that may come in great numbers (clients that are refused or
  // reset, and probes, which are soon gone without a byte) are counted and share a line; call this about once a second,
  // so that the last of them get theirs. Tries to report lost lines, if there are any.
  void emit_repeated();

  LogFormat format() const;

  // Writes a line as it is: for people, in the text format.
  void write_plain(LogLevel level, std::string_view line);

  void on(const events::Listening& event) override;
  void on(const events::Accepted& event) override;
  void on(const events::Closed& event) override;
  void on(const events::Refused& event) override;
  void on(const events::AcceptPaused& event) override;
  void on(const events::AcceptResumed& event) override;
  void on(const events::ConfigProblem& event) override;
  void on(const events::CertificateExpires& event) override;
  void on(const events::CertificateReplaced& event) override;
  void on(const events::StartFailed& event) override;
  void on(const events::Reloaded& event) override;
  void on(const events::Stopping& event) override;
  void on(const events::Draining& event) override;
  void on(const events::Stopped& event) override;

 private:
  struct Queue;

  template <typename Event>
  void report(const Event& event);
  template <typename Event>
  void report_repeated(std::string_view cause, const Event& event);
  void emit_repeated(bool all);
  void write(LogLevel level, std::string_view line);

  std::unique_ptr<Queue> queue_;
};

}  // namespace portico
