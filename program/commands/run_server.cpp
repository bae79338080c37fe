// `portico run FILE`, from reading the file to the exit code.

#include "config/reading/load.hpp"
#include "program/commands/commands.hpp"
#include "program/commands/connection_capacity.hpp"
#include "program/commands/output.hpp"
#include "program/host/descriptor_limit.hpp"
#include "program/host/processors.hpp"
#include "program/host/reload_signal.hpp"
#include "program/host/service_manager.hpp"
#include "program/host/stop_signal.hpp"
#include "program/log/log.hpp"
#include "program/log/stderr_output.hpp"
#include "server/server.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace portico {

namespace {

// Every second, so that no counted event waits longer for its line in the log.
void schedule_emit_repeated(Log& log, asio::steady_timer& timer) {
  timer.expires_after(std::chrono::seconds(1));
  timer.async_wait([&](const std::error_code& error) {
    if (error) return;
    log.emit_repeated();
    schedule_emit_repeated(log, timer);
  });
}

// Returns how to log what there is to say about a file. Of one with problems it may say so itself; otherwise they are
// lines for people, as those of `check`.
LogConfig log_config_of(const LoadResult& loaded) {
  if (loaded.loaded()) return loaded.config.log;
  LogConfig config;
  config.format = loaded.config.log.format == "json" ? "json" : "text";
  return config;
}

// Everything that `run` says is a line of the log, whose thread writes it: the start does not wait for it.
void report(Log& log, const Problem& problem, bool is_warning) {
  if (log.format() == LogFormat::json) return log.on(events::ConfigProblem{{}, to_string(problem), is_warning});
  log.write_plain(is_warning ? LogLevel::warn : LogLevel::error, to_string(problem, is_warning ? "warning" : ""));
}

void report_start_error(Log& log, const std::string& error) {
  if (log.format() == LogFormat::text) return log.write_plain(LogLevel::error, "portico: " + error);
  log.on(events::StartFailed{error});
}

// The server with what the process brings to it: signals, its service manager, a clock for the log. Objects that the
// server uses outlive it; the log outlives them all.
class ServerProcess {
 public:
  // Throws std::system_error if the process may have no more descriptors or threads.
  ServerProcess(const Config& config, Log& log) : config_(config), log_(log) {}

  // Throws StartError.
  void start(const Registry& handlers, std::size_t connections, InheritedSockets inherited) {
    server_.start(config_, handlers, connections, std::move(inherited));
    manager_.report_ready();
    manager_.watch([this](std::function<void()> is_alive) { server_.when_workers_respond(std::move(is_alive)); });
    schedule_emit_repeated(log_, timer_);
  }

  // Returns the exit code, after the server has stopped.
  int run() {
    control_.run();
    // A session that never returns still uses its worker's thread, so nothing may be destroyed.
    if (result_.hung) std::_Exit(ExitCode::done);
    return ExitCode::done;
  }

 private:
  void stop(int nth) {
    if (nth > 1) return server_.kill();
    manager_.report_stopping();
    server_.stop(config_.shutdown, [this](Server::StopResult stopped) {
      result_ = stopped;
      log_.flush(std::chrono::seconds(1));
      signal_.finished();
      control_.stop();
    });
  }

  void reload() {
    manager_.report_reloading();
    server_.reload();
    manager_.report_ready();
  }

  const Config& config_;
  Log& log_;
  asio::io_context control_{1};
  ServiceManager manager_{control_};
  Server server_{control_, log_};
  Server::StopResult result_;
  // Before the server listens: from then on, a stop may be requested at any time.
  StopSignal signal_{control_, [this](int nth) { stop(nth); }};
  const ReloadSignal reload_{control_, [this] { reload(); }};
  asio::steady_timer timer_{control_};
};

// Descriptors that were inherited count too, so they can be too few although the limit has room for the server.
std::string hint_for(const std::exception& error) {
  const auto* refused = dynamic_cast<const std::system_error*>(&error);
  if (!refused || refused->code() != std::errc::too_many_files_open) return {};
  return fmt::format("; allow more descriptors ({})", how_to_allow);
}

int serve_until_stopped(const LoadResult& loaded, const Registry& handlers, InheritedSockets inherited, Log& log) {
  const Config& config = loaded.config;
  std::optional<ServerProcess> process;
  try {
    const auto workers = static_cast<std::size_t>(config.workers);
    // First: where not even the server's own descriptors fit, everything else would fail too, and say less.
    const auto connections = resolve_connection_limit(config, workers, raise_descriptor_limit());
    process.emplace(config, log);
    process->start(handlers, connections, std::move(inherited));
  } catch (const StartError& error) {
    report_start_error(log, loaded.shown(error.what()));
    return ExitCode::cannot_start;
  } catch (const std::exception& error) {  // of the system: memory, descriptors
    report_start_error(log, fmt::format("cannot start: {}{}", loaded.shown(error.what()), hint_for(error)));
    return ExitCode::cannot_start;
  }
  return process->run();
}

}  // namespace

int run_server(const std::filesystem::path& file, const Registry& handlers) {
  auto loaded = load_config(file, handlers.descriptions());
  // Before descriptors are opened and threads are started.
  auto inherited = loaded.loaded() ? InheritedSockets::from_environment(loaded.config) : InheritedSockets();
  std::optional<Log> opened;
  try {
    opened.emplace(log_config_of(loaded), stderr_output());
  } catch (const std::system_error& error) {
    print_error_line(fmt::format("portico: cannot start the thread of the log: {}", error.what()));
    return ExitCode::cannot_start;
  }
  Log& log = *opened;
  for (const auto& warning : loaded.warnings) report(log, warning, /*is_warning=*/true);
  for (const auto& problem : loaded.problems) report(log, problem, /*is_warning=*/false);
  for (const auto& warning : inherited.unused()) log.on(events::ConfigProblem{{}, loaded.shown(warning), true});
  if (!loaded.loaded()) return loaded.exit_code();
  loaded.config.workers = static_cast<int>(workers_for(loaded.config.workers, read_processors()));
  return serve_until_stopped(loaded, handlers, std::move(inherited), log);
}

}  // namespace portico
