// `portico run FILE`, from reading the file to the exit code.

#include "program/commands/commands.hpp"
#include "program/commands/connection_capacity.hpp"
#include "program/commands/load_and_report.hpp"
#include "program/host/descriptor_limit.hpp"
#include "program/host/reload_signal.hpp"
#include "program/host/service_manager.hpp"
#include "program/host/stop_signal.hpp"
#include "program/log/log.hpp"
#include "program/log/stderr_output.hpp"
#include "server/server.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
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

// Runs the server until it has stopped. Objects that the server uses outlive it; the log outlives them all.
int serve_until_stopped(const LoadResult& loaded, const Registry& handlers, std::optional<std::size_t> descriptors) {
  const Config& config = loaded.config;
  auto inherited = InheritedSockets::from_environment(config);  // before descriptors are opened and threads started
  for (const auto& warning : inherited.unused()) fmt::print(stderr, "portico: warning: {}\n", loaded.shown(warning));
  Log log(config.log, stderr_output());
  asio::io_context control(1);
  Server server(control, log);

  Server::StopResult result;
  // Before the server listens: from then on, a stop may be requested at any time.
  std::optional<StopSignal> signal;
  signal.emplace(control, [&](int nth) {
    if (nth > 1) return server.kill();
    notify_service_manager("STOPPING=1");
    server.stop(config.shutdown, [&](Server::StopResult stopped) {
      result = stopped;
      log.flush(std::chrono::seconds(1));
      signal->finished();
      control.stop();
    });
  });

  const ReloadSignal reload(control, [&] { server.reload(); });

  try {
    const auto workers = Workers::count_for(static_cast<std::size_t>(config.workers));
    server.start(config, handlers, resolve_connection_limit(config, workers, descriptors), std::move(inherited));
  } catch (const StartError& error) {
    log.flush(std::chrono::seconds(1));
    fmt::print(stderr, "portico: {}\n", loaded.shown(error.what()));
    return ExitCode::cannot_start;
  }
  notify_service_manager("READY=1");
  asio::steady_timer timer(control);
  schedule_emit_repeated(log, timer);
  control.run();
  // A session that never returns still uses its worker's thread, so nothing may be destroyed.
  if (result.hung) std::_Exit(ExitCode::done);
  return ExitCode::done;
}

}  // namespace

int run_server(const std::filesystem::path& file, const Registry& handlers) {
  const auto loaded = load_and_report(file, handlers);
  if (!loaded.loaded()) return loaded.exit_code();
  return serve_until_stopped(loaded, handlers, raise_descriptor_limit());
}

}  // namespace portico
