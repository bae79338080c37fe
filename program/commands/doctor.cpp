#include "program/commands/doctor.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/suggest.hpp"
#include "config/values/units.hpp"
#include "program/commands/connection_capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

namespace portico {

namespace {

using Severity = Diagnosis::Severity;

// An automatic limit below this is worth a note: few operators expect it.
constexpr std::size_t few_connections = 1000;
// `docker stop` waits this long by default before it kills.
constexpr std::chrono::seconds docker_stop_timeout{10};

class Doctor {
 public:
  Doctor(const Config& config, std::size_t workers, const HostFacts& host, const TryListen& try_listen)
      : config_(config), workers_(workers), host_(host), try_listen_(try_listen) {}

  std::vector<Diagnosis> run() && {
    workers();
    descriptors();
    backlogs();
    addresses();
    stop();
    watchdog();
    return std::move(diagnoses_);
  }

 private:
  void add(Severity severity, std::string_view subject, std::string text) {
    diagnoses_.push_back({severity, std::string(subject), std::move(text)});
  }

  void workers();
  void descriptors();
  void backlogs();
  void addresses();
  void port(const std::string& subject, int port);
  void ipv6(const std::string& subject, const std::string& host);
  void listen(const std::string& subject, const EndpointConfig& endpoint, const ListenAddress& address);
  void stop();
  void watchdog();

  const Config& config_;
  std::size_t workers_;
  const HostFacts& host_;
  const TryListen& try_listen_;
  std::vector<Diagnosis> diagnoses_;
};

void Doctor::workers() {
  constexpr std::string_view subject = "workers";
  const Processors& processors = host_.processors;
  std::string available =
      fmt::format("this process may use {} processor{}", processors.usable, processors.usable == 1 ? "" : "s");
  if (processors.quota)
    available += fmt::format(", and the time of at most {:.3g} by its CPU limit", *processors.quota);
  if (workers_ > workers_for(0, processors))
    return add(Severity::note, subject,
               fmt::format("{}, but {}; more workers than that only add switching", workers_, available));
  add(Severity::ok, subject, fmt::format("{}; {}", workers_, available));
}

void Doctor::descriptors() {
  constexpr std::string_view subject = "descriptors";
  if (auto error = capacity_error(config_, workers_, host_.descriptors))
    return add(Severity::error, subject, std::move(*error));
  const std::size_t limit = resolve_connection_limit(config_, workers_, host_.descriptors);
  if (!host_.descriptors.limit)
    return add(Severity::ok, subject, fmt::format("this host sets no limit; up to {} concurrent connections", limit));
  const std::size_t fit = max_connections_for(config_, workers_, *host_.descriptors.limit, host_.descriptors.open);
  const auto& rule = config_.limits.connections;
  if (rule && is_observed(*rule) && static_cast<std::size_t>(limit_of(*rule)) > fit)
    return add(Severity::warning, subject,
               fmt::format("observed limit {} can never be reached: only {} connections fit", limit_of(*rule), fit));
  if (rule && !is_observed(*rule))
    return add(Severity::ok, subject, fmt::format("{} of {} connections fit", limit, fit));
  if (limit < few_connections)
    return add(Severity::note, subject,
               fmt::format("only {} concurrent connections fit into the {} this process may have", limit,
                           *host_.descriptors.limit));
  add(Severity::ok, subject, fmt::format("{} concurrent connections fit into {}", limit, *host_.descriptors.limit));
}

void Doctor::backlogs() {
  if (!host_.max_backlog) return;
  bool is_truncated = false;
  for (const auto& endpoint : config_.endpoints) {
    if (endpoint.accept.backlog <= *host_.max_backlog) continue;
    is_truncated = true;
    add(Severity::warning, "endpoint " + endpoint.name,
        fmt::format("accept.backlog is {}, but the kernel silently reduces it to {} (sysctl net.core.somaxconn)",
                    endpoint.accept.backlog, *host_.max_backlog));
  }
  if (!is_truncated) add(Severity::ok, "backlog", fmt::format("the kernel allows up to {}", *host_.max_backlog));
}

void Doctor::addresses() {
  const std::size_t before = diagnoses_.size();
  bool has_inherited = false;
  for (const auto& endpoint : config_.endpoints) {
    for (const auto& address : endpoint.listen) {
      has_inherited = has_inherited || address.is_inherited();
      const auto subject = fmt::format("endpoint {}, {}", endpoint.name, listen_address_to_text(address));
      if (!address.is_unix() && !address.is_inherited()) {
        port(subject, address.port);
        ipv6(subject, address.host);
      }
      listen(subject, endpoint, address);
    }
  }
  if (diagnoses_.size() > before) return;
  add(Severity::ok, "addresses",
      has_inherited ? "each one is free and this host has it, or is a listening socket that was passed to this process"
                    : "each one is free and this host has it");
}

void Doctor::listen(const std::string& subject, const EndpointConfig& endpoint, const ListenAddress& address) {
  auto findings = try_listen_(endpoint, address);
  const bool is_known = std::any_of(diagnoses_.begin(), diagnoses_.end(), [&](const Diagnosis& diagnosis) {
    return diagnosis.subject == subject && diagnosis.severity == Severity::error;
  });
  if (findings.error && !is_known) add(Severity::error, subject, std::move(*findings.error));
  for (auto& warning : findings.warnings) add(Severity::warning, subject, std::move(warning));
}

void Doctor::port(const std::string& subject, int port) {
  if (port == 0) return;  // the system chooses a free one
  if (port < host_.first_unprivileged_port) {
    add(Severity::error, subject,
        fmt::format("binding ports below {} needs a privilege (root, CAP_NET_BIND_SERVICE, or sysctl "
                    "net.ipv4.ip_unprivileged_port_start)",
                    host_.first_unprivileged_port));
  }
  const auto& range = host_.ephemeral_ports;
  if (range && port >= range->first && port <= range->last) {
    add(Severity::note, subject,
        fmt::format(
            "the system uses the ports {} to {} for outgoing connections, so this one may be taken at a restart; "
            "sysctl net.ipv4.ip_local_reserved_ports reserves it",
            range->first, range->last));
  }
}

void Doctor::ipv6(const std::string& subject, const std::string& host) {
  if (host_.ipv6 == HostFacts::Ipv6::available) return;
  if (host.find(':') == std::string::npos) return;  // IPv4, a name, or a wildcard for both families
  const bool is_any = ipv6_from_text(host) == Ipv6Bytes{};
  if (host_.ipv6 == HostFacts::Ipv6::no_address && is_any)
    return add(Severity::warning, subject, "this host has no IPv6 address, so no client can connect");
  add(Severity::error, subject, "this host has no IPv6");
}

void Doctor::stop() {
  constexpr std::string_view subject = "stop";
  const auto stop_time = config_.shutdown.delay + config_.shutdown.drain;
  const auto takes =
      fmt::format("shutdown.delay and shutdown.drain take up to {}", duration_to_text(stop_time.count()));
  if (host_.shutdown_timeout) {
    const auto wait = duration_to_text(host_.shutdown_timeout->count());
    if (stop_time > *host_.shutdown_timeout)
      return add(Severity::warning, subject,
                 fmt::format("{}, but Windows ends a container or a service after {} (in the registry: cexecsvc's "
                             "ProcessShutdownTimeoutSeconds and Control's WaitToKillServiceTimeout)",
                             takes, wait));
    return add(Severity::ok, subject, fmt::format("{}, and Windows waits {}", takes, wait));
  }
  if (stop_time > docker_stop_timeout)
    return add(Severity::note, subject, fmt::format("{}, but `docker stop` kills after 10s by default", takes));
  add(Severity::ok, subject, takes);
}

void Doctor::watchdog() {
  if (!host_.watchdog) return;
  constexpr std::string_view subject = "watchdog";
  const std::string& text = host_.watchdog->microseconds;
  std::int64_t period = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), period);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || period <= 0)
    return add(Severity::warning, subject,
               fmt::format("WATCHDOG_USEC is {}, but must be a number of microseconds above 0", quote(text)));
  if (!host_.watchdog->has_socket)
    return add(
        Severity::warning, subject,
        "WATCHDOG_USEC is set, but NOTIFY_SOCKET is not: no sign of life can be sent, and the service manager may "
        "kill the server");
  const std::string duration = duration_to_text(period / 1000);
  if (period < 1'000'000)
    return add(Severity::warning, subject,
               fmt::format("WATCHDOG_USEC is {}, which a busy worker may miss; use at least 1s", duration));
  add(Severity::ok, subject, fmt::format("the service manager waits at most {} for a sign of life", duration));
}

}  // namespace

std::vector<Diagnosis> diagnose(const Config& config, std::size_t workers, const HostFacts& host,
                                const TryListen& try_listen) {
  return Doctor(config, workers, host, try_listen).run();
}

std::string to_string(const Diagnosis& diagnosis) {
  static constexpr std::array<std::string_view, 4> names{"ok", "note", "warning", "refused"};
  return fmt::format("{}: {}, {}", diagnosis.subject, names[static_cast<std::size_t>(diagnosis.severity)],
                     diagnosis.text);
}

}  // namespace portico
