// Level and fields of each event in the log.
#include "program/log/log_line.hpp"

namespace portico {

namespace {

using Time = std::chrono::system_clock::time_point;

void add_connection(LogLine& line, const ServerConnection& connection) {
  line.add("endpoint", connection.endpoint())
      .add("handler", connection.settings().handler)
      .add("connection", connection.id())
      .add("peer", connection.peer().to_string())
      .add("local", connection.local().to_string());
  if (const auto tls = connection.tls()) line.add("tls", tls->version);
}

// `Event` is one of those about a certificate.
template <typename Event>
std::string certificate_line(LogLine line, const Event& event) {
  return line.add("endpoint", event.endpoint)
      .add("subject", event.subject)
      .add("serial", event.serial)
      .add("not_after", event.not_after)
      .finish();
}

}  // namespace

LogLevel level_of(const events::Listening&) { return LogLevel::info; }
LogLevel level_of(const events::Accepted&) { return LogLevel::debug; }
LogLevel level_of(const events::Closed& closed) {
  // A session that throws is a bug in the program; every other reason is normal on a network.
  return closed.reason == EndReason::handler_error ? LogLevel::error : LogLevel::info;
}
// A rule in observe mode refuses no client.
LogLevel level_of(const events::Refused& refused) { return refused.observed ? LogLevel::info : LogLevel::warn; }
// The operator chose the limit that was reached; an error of the system is unexpected.
LogLevel level_of(const events::AcceptPaused& paused) { return paused.error ? LogLevel::error : LogLevel::warn; }
LogLevel level_of(const events::AcceptResumed&) { return LogLevel::warn; }
LogLevel level_of(const events::ConfigProblem& event) { return event.is_warning ? LogLevel::warn : LogLevel::error; }
LogLevel level_of(const events::CertificateExpires& event) { return event.expired ? LogLevel::error : LogLevel::warn; }
LogLevel level_of(const events::CertificateReplaced&) { return LogLevel::info; }
LogLevel level_of(const events::StartFailed&) { return LogLevel::error; }
LogLevel level_of(const events::Reloaded& event) { return event.rejected > 0 ? LogLevel::warn : LogLevel::info; }
LogLevel level_of(const events::Stopping&) { return LogLevel::info; }
LogLevel level_of(const events::Draining&) { return LogLevel::info; }
LogLevel level_of(const events::Stopped& stopped) { return stopped.killed > 0 ? LogLevel::warn : LogLevel::info; }

std::string log_line(const events::Listening& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "listening")
      .add("endpoint", event.endpoint)
      .add("address", event.address)
      .finish();
}

std::string log_line(const events::Accepted& event, LogFormat format, Time time) {
  LogLine line(format, time, level_of(event), "accepted");
  add_connection(line, server_side(event.connection));
  return line.finish();
}

std::string log_line(const events::Closed& event, LogFormat format, Time time) {
  return begin_line(event, format, time).finish();
}

LogLine begin_line(const events::Closed& event, LogFormat format, Time time) {
  LogLine line(format, time, level_of(event), "closed");
  add_connection(line, server_side(event.connection));
  line.add("bytes_in", event.bytes_in)
      .add("bytes_out", event.bytes_out)
      .add("duration_ms", event.duration)
      .add("reason", to_string(event.reason))
      .add("error", event.message)
      .add("annotations", server_side(event.connection).annotations());
  return line;
}

LogLine begin_line(const events::Refused& event, LogFormat format, Time time) {
  LogLine line(format, time, level_of(event), "refused");
  line.add("endpoint", event.endpoint)
      .add("reason", to_string(event.reason))
      .add("peer", event.peer.to_string())
      .add("observed", event.observed ? "true" : "");
  return line;
}

std::string log_line(const events::AcceptPaused& event, LogFormat format, Time time) {
  LogLine line(format, time, level_of(event), "accept_paused");
  line.add("endpoint", event.endpoint).add("address", event.address).add("cause", event.cause);
  if (event.error)
    line.add("code", static_cast<std::uint64_t>(event.error.value()));  // some systems have no text for it
  return line.finish();
}

std::string log_line(const events::AcceptResumed& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "accept_resumed")
      .add("endpoint", event.endpoint)
      .add("address", event.address)
      .add("paused_ms", event.paused)
      .finish();
}

std::string log_line(const events::ConfigProblem& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "config_problem")
      .add("endpoint", event.endpoint)
      .add("error", event.problem)
      .finish();
}

std::string log_line(const events::CertificateExpires& event, LogFormat format, Time time) {
  return certificate_line(LogLine(format, time, level_of(event), "certificate_expires"), event);
}

std::string log_line(const events::CertificateReplaced& event, LogFormat format, Time time) {
  return certificate_line(LogLine(format, time, level_of(event), "certificate_replaced"), event);
}

std::string log_line(const events::StartFailed& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "start_failed").add("error", event.error).finish();
}

std::string log_line(const events::Reloaded& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "reloaded")
      .add("tls_endpoints", event.endpoints)
      .add("replaced", event.replaced)
      .add("rejected", event.rejected)
      .add("note", "the configuration is read only at the start")
      .finish();
}

std::string log_line(const events::Stopping& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "stopping").add("delay_ms", event.delay).finish();
}

std::string log_line(const events::Draining& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "draining")
      .add("connections", event.connections)
      .add("deadline_ms", event.deadline)
      .finish();
}

std::string log_line(const events::Stopped& event, LogFormat format, Time time) {
  return LogLine(format, time, level_of(event), "stopped").add("killed", event.killed).finish();
}

}  // namespace portico
