// `portico run FILE`, from reading the file to the exit code.

#include "config/reading/load.hpp"
#include "program/commands/commands.hpp"
#include "program/commands/connection_capacity.hpp"
#include "program/host/descriptor_limit.hpp"
#include "program/host/reload_signal.hpp"
#include "program/host/service_manager.hpp"
#include "program/host/stop_signal.hpp"
#include "program/log/log.hpp"
#include "program/log/stderr_output.hpp"
#include "server/server.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
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

// Runs the server until it has stopped. Objects that the server uses outlive it; the log outlives them all.
int serve_until_stopped(const LoadResult& loaded, const Registry& handlers, std::optional<std::size_t> descriptors,
                        InheritedSockets inherited, Log& log) {
  const Config& config = loaded.config;
  asio::io_context control(1);
  ServiceManager manager(control);
  Server server(control, log);

  Server::StopResult result;
  // Before the server listens: from then on, a stop may be requested at any time.
  std::optional<StopSignal> signal;
  signal.emplace(control, [&](int nth) {
    if (nth > 1) return server.kill();
    manager.report_stopping();
    server.stop(config.shutdown, [&](Server::StopResult stopped) {
      result = stopped;
      log.flush(std::chrono::seconds(1));
      signal->finished();
      control.stop();
    });
  });

  const ReloadSignal reload(control, [&] {
    manager.report_reloading();
    server.reload();
    manager.report_ready();
  });

  try {
    const auto workers = Workers::count_for(static_cast<std::size_t>(config.workers));
    server.start(config, handlers, resolve_connection_limit(config, workers, descriptors), std::move(inherited));
  } catch (const StartError& error) {
    report_start_error(log, loaded.shown(error.what()));
    return ExitCode::cannot_start;
  }
  manager.report_ready();
  manager.watch([&](std::function<void()> is_alive) { server.when_workers_respond(std::move(is_alive)); });
  asio::steady_timer timer(control);
  schedule_emit_repeated(log, timer);
  control.run();
  // A session that never returns still uses its worker's thread, so nothing may be destroyed.
  if (result.hung) std::_Exit(ExitCode::done);
  return ExitCode::done;
}

}  // namespace

int run_server(const std::filesystem::path& file, const Registry& handlers) {
  const auto loaded = load_config(file, handlers.descriptions());
  // Before descriptors are opened and threads are started.
  auto inherited = loaded.loaded() ? InheritedSockets::from_environment(loaded.config) : InheritedSockets();
  Log log(log_config_of(loaded), stderr_output());
  for (const auto& warning : loaded.warnings) report(log, warning, /*is_warning=*/true);
  for (const auto& problem : loaded.problems) report(log, problem, /*is_warning=*/false);
  for (const auto& warning : inherited.unused()) log.on(events::ConfigProblem{{}, loaded.shown(warning), true});
  if (!loaded.loaded()) return loaded.exit_code();
  return serve_until_stopped(loaded, handlers, raise_descriptor_limit(), std::move(inherited), log);
}

}  // namespace portico
