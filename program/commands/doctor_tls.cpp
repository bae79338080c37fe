#include "program/commands/doctor_tls.hpp"

#include "protocol/tls/tls_context.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace portico {

namespace {

using Verdict = Diagnosis::Verdict;
using Time = TlsContext::Time;

// What is to be said of a certificate that can be used; empty: nothing.
std::string remark_on(const TlsContext::Certificate& certificate, Time now) {
  const auto name = fmt::format("tls.{}: {}", certificate.option, certificate.subject);
  if (certificate.not_after < now) return name + " has expired";
  if (certificate.not_before > now) return name + " is not valid yet";
  const auto left = std::chrono::floor<std::chrono::hours>(certificate.not_after - now);
  if (left > certificate_warning) return {};
  return fmt::format("{} ends in {} days", name, left / std::chrono::hours(24));
}

void examine_endpoint(const std::string& subject, const TlsConfig& config, const ReadFile& read, Time now,
                      std::vector<Diagnosis>& findings) {
  const auto files = read_tls_files(config, read);
  if (!files.fault.empty()) return findings.push_back({Verdict::refusal, subject, files.fault});
  try {
    const TlsContext context(files.settings);
    for (const auto& certificate : context.certificates()) {
      auto remark = remark_on(certificate, now);
      if (!remark.empty()) findings.push_back({Verdict::warning, subject, std::move(remark)});
    }
  } catch (const TlsSettingsError& error) {
    findings.push_back({Verdict::refusal, subject, fault_text(config, error)});
  }
}

}  // namespace

std::vector<Diagnosis> examine_tls(const Config& config, const ReadFile& read, Time now) {
  std::vector<Diagnosis> findings;
  bool any = false;
  for (const auto& endpoint : config.endpoints) {
    if (!endpoint.tls) continue;
    any = true;
    examine_endpoint("endpoint " + endpoint.name, *endpoint.tls, read, now, findings);
  }
  if (any && findings.empty())
    findings.push_back({Verdict::ok, "certificates", "they can be used, with their keys, for two weeks at least"});
  return findings;
}

}  // namespace portico
