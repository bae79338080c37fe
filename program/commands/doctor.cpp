#include "program/commands/doctor.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/units.hpp"
#include "program/commands/connection_capacity.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace portico {

namespace {

using Verdict = Diagnosis::Verdict;

// Fewer connections than this surprise whoever did not ask for them.
constexpr std::size_t few = 1000;
// What `docker stop` waits unless it was told something else.
constexpr std::chrono::seconds docker_wait{10};

class Doctor {
 public:
  Doctor(const Config& config, std::size_t workers, const HostFacts& host)
      : config_(config), workers_(workers), host_(host) {}

  std::vector<Diagnosis> all() && {
    descriptors();
    backlogs();
    addresses();
    stop();
    return std::move(findings_);
  }

 private:
  void add(Verdict verdict, std::string_view subject, std::string text) {
    findings_.push_back({verdict, std::string(subject), std::move(text)});
  }

  void descriptors();
  void backlogs();
  void addresses();
  void port(const std::string& subject, int port);
  void ipv6(const std::string& subject, const std::string& host);
  void stop();

  const Config& config_;
  std::size_t workers_;
  const HostFacts& host_;
  std::vector<Diagnosis> findings_;
};

void Doctor::descriptors() {
  constexpr std::string_view subject = "descriptors";
  if (auto fault = capacity_fault(config_, workers_, host_.descriptors); !fault.empty())
    return add(Verdict::refusal, subject, std::move(fault));
  const std::size_t limit = process_limit(config_, workers_, host_.descriptors);
  if (!host_.descriptors)
    return add(Verdict::ok, subject, fmt::format("this host sets no limit; {} connections at a time", limit));
  const std::size_t fit = connections_that_fit(config_, workers_, *host_.descriptors);
  const auto& rule = config_.limits.connections;
  if (rule && is_observed(*rule) && static_cast<std::size_t>(limit_of(*rule)) > fit)
    return add(Verdict::warning, subject,
               fmt::format("limits.connections is {} on trial, but only {} connections fit, so it is never reached",
                           limit_of(*rule), fit));
  if (rule && !is_observed(*rule))
    return add(Verdict::ok, subject, fmt::format("{} of {} connections fit", limit, fit));
  if (limit < few)
    return add(
        Verdict::note, subject,
        fmt::format("only {} connections at a time fit into the {} this process may have", limit, *host_.descriptors));
  add(Verdict::ok, subject, fmt::format("{} connections at a time fit into {}", limit, *host_.descriptors));
}

void Doctor::backlogs() {
  if (!host_.longest_backlog) return;
  bool cut = false;
  for (const auto& endpoint : config_.endpoints) {
    if (endpoint.accept.backlog <= *host_.longest_backlog) continue;
    cut = true;
    add(Verdict::warning, "endpoint " + endpoint.name,
        fmt::format("accept.backlog is {}, but the kernel silently cuts it to {} (sysctl net.core.somaxconn)",
                    endpoint.accept.backlog, *host_.longest_backlog));
  }
  if (!cut) add(Verdict::ok, "backlog", fmt::format("the kernel keeps up to {}", *host_.longest_backlog));
}

void Doctor::addresses() {
  const std::size_t before = findings_.size();
  for (const auto& endpoint : config_.endpoints) {
    for (const auto& address : endpoint.listen) {
      if (address.is_unix() || address.is_inherited()) continue;
      const auto subject = fmt::format("endpoint {}, {}", endpoint.name, address_to_text(address));
      port(subject, address.port);
      ipv6(subject, address.host);
    }
  }
  if (findings_.size() == before) add(Verdict::ok, "addresses", "nothing stands against the ports and families");
}

void Doctor::port(const std::string& subject, int port) {
  if (port == 0) return;  // the system will choose one that is free
  if (port < host_.first_free_port) {
    add(Verdict::refusal, subject,
        fmt::format("ports below {} need a right this process does not have (root, CAP_NET_BIND_SERVICE, or sysctl "
                    "net.ipv4.ip_unprivileged_port_start)",
                    host_.first_free_port));
  }
  const auto& outgoing = host_.outgoing_ports;
  if (outgoing && port >= outgoing->first && port <= outgoing->last) {
    add(Verdict::note, subject,
        fmt::format(
            "the system gives the ports {} to {} to outgoing connections, so this one may be taken at a restart; "
            "sysctl net.ipv4.ip_local_reserved_ports keeps it free",
            outgoing->first, outgoing->last));
  }
}

void Doctor::ipv6(const std::string& subject, const std::string& host) {
  if (host_.ipv6 == HostFacts::Ipv6::available) return;
  if (host.find(':') == std::string::npos) return;  // IPv4, a name, or whatever there is
  const bool every = ipv6_from_text(host) == Ipv6Bytes{};
  if (host_.ipv6 == HostFacts::Ipv6::no_address && every)
    return add(Verdict::warning, subject, "this host has no IPv6 address, so nobody can come here");
  add(Verdict::refusal, subject, "this host has no IPv6");
}

void Doctor::stop() {
  constexpr std::string_view subject = "stop";
  const auto ours = config_.shutdown.delay + config_.shutdown.drain;
  const auto takes = fmt::format("shutdown.delay and shutdown.drain take up to {}", duration_to_text(ours.count()));
  if (host_.stop_wait) {
    const auto wait = duration_to_text(host_.stop_wait->count());
    if (ours > *host_.stop_wait)
      return add(Verdict::warning, subject,
                 fmt::format("{}, but Windows ends a container or a service after {} (in the registry: cexecsvc's "
                             "ProcessShutdownTimeoutSeconds and Control's WaitToKillServiceTimeout)",
                             takes, wait));
    return add(Verdict::ok, subject, fmt::format("{}, and Windows waits {}", takes, wait));
  }
  if (ours > docker_wait)
    return add(Verdict::note, subject,
               fmt::format("{}, but `docker stop` kills after 10s unless told otherwise", takes));
  add(Verdict::ok, subject, takes);
}

}  // namespace

std::vector<Diagnosis> examine(const Config& config, std::size_t workers, const HostFacts& host) {
  return Doctor(config, workers, host).all();
}

std::string to_string(const Diagnosis& finding) {
  static constexpr std::array<std::string_view, 4> verdicts{"ok", "note", "warning", "refused"};
  return fmt::format("{}: {}, {}", finding.subject, verdicts[static_cast<std::size_t>(finding.verdict)], finding.text);
}

}  // namespace portico
