#pragma once

#include "config/settings/config.hpp"
#include "program/log/log_line.hpp"
#include "server/events/observer.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace portico {

// Where the log's lines go. `write` may block; only the log's own thread calls it, with one whole line each time.
struct LogOutput {
  std::function<void(std::string_view line)> write;
  bool terminal = false;  // for the format "auto": text if it is one, JSON if not
};

// Writes what happens as lines, in a thread of its own. Owned by run(); outlives the server.
// Any thread may report an event and none ever waits for the output: if that does not keep up, the oldest waiting lines
// are dropped, and a line of its own (`log_dropped`) says how many as soon as there is room again.
class Log final : public Observer {
 public:
  static constexpr std::size_t default_capacity = 8192;  // lines that may wait: 2000 connections may end at once

  Log(const LogConfig& config, LogOutput output, std::size_t capacity = default_capacity);

  // Writes what is waiting, for at most a second; an output that takes nothing for so long is abandoned.
  ~Log() override;

  // Waits until every line reported so far is written, but not longer than `at_most`; false if some are not. To be
  // called before _Exit, which runs no destructors.
  bool flush(std::chrono::milliseconds at_most);

  // What comes in great numbers (clients that are refused, or that reset before a byte was sent) is counted and told
  // together: to be called about once a second, so that the last of them are told too.
  void tell_repeated();

  void on(const events::Listening& event) override;
  void on(const events::Accepted& event) override;
  void on(const events::Closed& event) override;
  void on(const events::Refused& event) override;
  void on(const events::AcceptPaused& event) override;
  void on(const events::AcceptResumed& event) override;
  void on(const events::ConfigProblem& event) override;
  void on(const events::CertificateExpires& event) override;
  void on(const events::CertificateReplaced& event) override;
  void on(const events::Stopping& event) override;
  void on(const events::Draining& event) override;
  void on(const events::Stopped& event) override;

 private:
  struct Queue;

  template <typename Event>
  void report(const Event& event);
  template <typename Event>
  void report_repeated(std::string_view cause, const Event& event);
  void tell_repeated(bool all);
  void write(LogLevel level, std::string_view line);

  std::unique_ptr<Queue> queue_;
};

}  // namespace portico
