#include "program/log/log.hpp"

#include "program/log/log_line.hpp"
#include "program/log/repeated_lines.hpp"

#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>

namespace portico {

namespace {

LogFormat format_of(const LogConfig& config, bool terminal) {
  if (config.format == "auto") return terminal ? LogFormat::text : LogFormat::json;
  return config.format == "text" ? LogFormat::text : LogFormat::json;
}

// Returns a priority of syslog(3).
int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return 7;
    case spdlog::level::info:
      return 6;
    case spdlog::level::warn:
      return 4;
    default:
      return 3;
  }
}

// Writes the queued lines, on the log's thread.
class Sink final : public spdlog::sinks::sink {
 public:
  Sink(LogOutput output, LogFormat format) : output_(std::move(output)), format_(format) {}

  void set_pool(spdlog::details::thread_pool& pool) { pool_ = &pool; }

  void log(const spdlog::details::log_msg& message) override {
    report_losses();
    const std::string_view line(message.payload.data(), message.payload.size());
    if (!line.empty() && !write(message.level, line)) ++unwritten_;
    const std::lock_guard lock(mutex_);
    ++written_;
    progress_.notify_all();
  }

  bool wait_for(std::uint64_t lines, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return progress_.wait_for(lock, timeout, [&] { return written_ + pool_->overrun_counter() >= lines; });
  }

  // Any thread. False while lines are queued: the next of them reports the losses.
  bool has_losses_and_no_line() const { return losses() != reported_losses_ && pool_->queue_size() == 0; }

  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  std::size_t losses() const { return unwritten_ + pool_->overrun_counter(); }

  // Before each line. A line is only dropped to make room for a newer one, so no drop is missed.
  void report_losses() {
    const auto losses_now = losses();
    if (losses_now == reported_losses_) return;
    const auto line = LogLine(format_, std::chrono::system_clock::now(), LogLevel::warn, "log_dropped")
                          .add("lines", losses_now - reported_losses_)
                          .finish();
    if (write(spdlog::level::warn, line)) reported_losses_ = losses_now;
  }

  bool write(spdlog::level::level_enum level, std::string_view line) {
    if (!output_.journal) return output_.write(line);
    return output_.write(fmt::format("<{}>{}", priority_of(level), line));
  }

  LogOutput output_;
  LogFormat format_;
  spdlog::details::thread_pool* pool_ = nullptr;
  std::atomic<std::size_t> unwritten_{0};
  std::atomic<std::size_t> reported_losses_{0};
  std::mutex mutex_;
  std::condition_variable progress_;
  std::uint64_t written_ = 0;
};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

// Returns true if the client connected, and reset or ended without a byte: a port scan, a probe, or a flood of clients.
// A probe ends soon, and nothing distinguishes it from the others: neither TLS nor the facts of a PROXY header or of
// its session.
bool nothing_happened(const events::Closed& event) {
  constexpr std::chrono::seconds soon{1};
  if (event.bytes_in != 0 || event.bytes_out != 0) return false;
  const ServerConnection& connection = server_side(event.connection);
  if (event.reason == EndReason::peer_reset) return true;
  const bool is_plain = !connection.tls() && connection.annotations().empty();
  return event.reason == EndReason::finished && is_plain && event.duration < soon;
}

}  // namespace

// Does not use spdlog's registry, so there are no globals and the thread ends with its Log.
struct Log::Queue {
  LogFormat format;
  std::shared_ptr<Sink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::mutex repeated_mutex;
  RepeatedLines repeated;
  std::atomic<std::uint64_t> reported{0};
  std::shared_ptr<spdlog::details::thread_pool> pool;  // last: its thread, which uses the others, is joined first
};

Log::Log(const LogConfig& config, LogOutput output, std::size_t capacity) : queue_(std::make_unique<Queue>()) {
  queue_->format = format_of(config, output.terminal);
  queue_->sink = std::make_shared<Sink>(std::move(output), queue_->format);
  queue_->pool = std::make_shared<spdlog::details::thread_pool>(capacity, 1);
  queue_->sink->set_pool(*queue_->pool);
  queue_->logger = std::make_shared<spdlog::async_logger>("portico", queue_->sink, queue_->pool,
                                                          spdlog::async_overflow_policy::overrun_oldest);
  queue_->logger->set_level(spdlog::level::from_str(config.level));
}

Log::~Log() {
  if (flush(std::chrono::seconds(1))) return;
  // The log's thread is blocked in a write, and the queue's destructor would wait for it. Another thread waits instead,
  // until the output continues or the process ends.
  std::thread([queue = std::move(queue_)] {}).detach();
}

bool Log::flush(std::chrono::milliseconds timeout) { return queue_->sink->wait_for(queue_->reported, timeout); }

template <typename Event>
void Log::report(const Event& event) {
  const auto level = level_of(event);
  if (!queue_->logger->should_log(to_spdlog(level))) return;
  write(level, log_line(event, queue_->format, std::chrono::system_clock::now()));
}

template <typename Event>
void Log::report_repeated(std::string_view cause, const Event& event) {
  const auto level = level_of(event);
  if (!queue_->logger->should_log(to_spdlog(level))) return;
  auto line = begin_line(event, queue_->format, std::chrono::system_clock::now());
  std::unique_lock lock(queue_->repeated_mutex);
  const auto now = queue_->repeated.add(std::string(cause), level, std::move(line), std::chrono::steady_clock::now());
  lock.unlock();
  if (now) write(now->level, now->text);
}

void Log::emit_repeated() {
  emit_repeated(/*all=*/false);
  if (queue_->sink->has_losses_and_no_line()) write(LogLevel::error, {});
}

LogFormat Log::format() const { return queue_->format; }

void Log::write_plain(LogLevel level, std::string_view line) {
  if (queue_->logger->should_log(to_spdlog(level))) write(level, fmt::format("{}\n", line));
}

void Log::emit_repeated(bool all) {
  std::unique_lock lock(queue_->repeated_mutex);
  const auto lines = queue_->repeated.expired(std::chrono::steady_clock::now(), all);
  lock.unlock();
  for (const auto& line : lines) write(line.level, line.text);
}

void Log::write(LogLevel level, std::string_view line) {
  ++queue_->reported;
  queue_->logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void Log::on(const events::Listening& event) { report(event); }
void Log::on(const events::Accepted& event) { report(event); }
void Log::on(const events::Closed& event) {
  if (!nothing_happened(event)) return report(event);
  report_repeated(fmt::format("{} closed {}", event.connection.endpoint(), to_string(event.reason)), event);
}
void Log::on(const events::Refused& event) {
  report_repeated(fmt::format("{} {} {}", event.endpoint, to_string(event.reason), event.observed), event);
}
void Log::on(const events::AcceptPaused& event) { report(event); }
void Log::on(const events::AcceptResumed& event) { report(event); }
void Log::on(const events::ConfigProblem& event) { report(event); }
void Log::on(const events::CertificateExpires& event) { report(event); }
void Log::on(const events::CertificateReplaced& event) { report(event); }
void Log::on(const events::StartFailed& event) { report(event); }
void Log::on(const events::Reloaded& event) { report(event); }
void Log::on(const events::Stopping& event) { report(event); }
void Log::on(const events::Draining& event) { report(event); }
void Log::on(const events::Stopped& event) {
  emit_repeated(/*all=*/true);
  report(event);
}

}  // namespace portico
