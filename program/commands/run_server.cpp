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
#include "program/log/observer_pair.hpp"
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

// Receivers of what `run` says: the program's own observer, and the log, whose thread writes, so that no caller waits
// for it.
struct Receivers {
  Log& log;
  Observer& own;
};

void report(const Receivers& to, const Problem& problem, bool is_warning) {
  const auto text = to_string(problem);
  to.own.on(events::ConfigProblem{{}, text, is_warning});
  if (to.log.format() == LogFormat::json) return to.log.on(events::ConfigProblem{{}, text, is_warning});
  to.log.write_plain(is_warning ? LogLevel::warn : LogLevel::error, to_string(problem, is_warning ? "warning" : ""));
}

void report_start_error(const Receivers& to, const std::string& program, const std::string& error) {
  to.own.on(events::StartFailed{error});
  if (to.log.format() == LogFormat::text) return to.log.write_plain(LogLevel::error, program + ": " + error);
  to.log.on(events::StartFailed{error});
}

// The server with what the process brings to it: signals, its service manager, a clock for the log. Objects that the
// server uses outlive it; the log outlives them all.
class ServerProcess {
 public:
  // Throws std::system_error if the process may have no more descriptors or threads.
  ServerProcess(const Config& config, const Receivers& to)
      : config_(config), log_(to.log), observers_(to.own, to.log) {}

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
    const int code = result_.abandoned == 0 ? ExitCode::done : ExitCode::abandoned;
    if (result_.hung) std::_Exit(code);
    return code;
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
  ObserverPair observers_;  // what is logged, the program's own observer knows
  Server server_{control_, observers_};
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

int serve_until_stopped(const LoadResult& loaded, const Registry& handlers, const std::string& program,
                        InheritedSockets inherited, const Receivers& to) {
  const Config& config = loaded.config;
  std::optional<ServerProcess> process;
  try {
    const auto workers = static_cast<std::size_t>(config.workers);
    // First: where not even the server's own descriptors fit, everything else would fail too, and say less.
    const auto connections = resolve_connection_limit(config, workers, raise_descriptor_limit());
    process.emplace(config, to);
    process->start(handlers, connections, std::move(inherited));
  } catch (const StartError& error) {
    report_start_error(to, program, loaded.shown(error.what()));
    return ExitCode::cannot_start;
  } catch (const std::exception& error) {  // of the system: memory, descriptors
    report_start_error(to, program, fmt::format("cannot start: {}{}", loaded.shown(error.what()), hint_for(error)));
    return ExitCode::cannot_start;
  }
  return process->run();
}

}  // namespace

int run_server(const std::filesystem::path& file, const Registry& handlers, const Program& program) {
  auto loaded = load_config(file, handlers.descriptions());
  // Before descriptors are opened and threads are started.
  auto inherited = loaded.loaded() ? InheritedSockets::from_environment(loaded.config) : InheritedSockets();
  std::optional<Log> opened;
  try {
    opened.emplace(log_config_of(loaded), stderr_output());
  } catch (const std::system_error& error) {
    print_error_line(fmt::format("{}: cannot start the thread of the log: {}", program.name, error.what()));
    return ExitCode::cannot_start;
  }
  Observer none;
  const Receivers to{*opened, program.observer != nullptr ? *program.observer : none};
  for (const auto& warning : loaded.warnings) report(to, warning, /*is_warning=*/true);
  for (const auto& problem : loaded.problems) report(to, problem, /*is_warning=*/false);
  for (const auto& warning : inherited.unused())
    ObserverPair(to.own, to.log).on(events::ConfigProblem{{}, loaded.shown(warning), true});
  if (!loaded.loaded()) return loaded.exit_code();
  loaded.config.workers = static_cast<int>(workers_for(loaded.config.workers, read_processors()));
  return serve_until_stopped(loaded, handlers, program.name, std::move(inherited), to);
}

}  // namespace portico
