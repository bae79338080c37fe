#include "program/commands/doctor_tls.hpp"

#include "protocol/tls/tls_context.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace portico {

namespace {

using Severity = Diagnosis::Severity;
using Time = TlsContext::Time;

// Returns a warning about a usable certificate whose dates are, or will soon be, a problem.
std::optional<std::string> date_warning(const TlsContext::Certificate& certificate, Time now) {
  const auto name = fmt::format("tls.{}: {}", certificate.option, certificate.subject);
  if (certificate.not_after < now) return name + " has expired";
  if (certificate.not_before > now) return name + " is not valid yet";
  const auto left = std::chrono::floor<std::chrono::hours>(certificate.not_after - now);
  if (left > certificate_warning) return std::nullopt;
  return fmt::format("{} expires in {} days", name, left / std::chrono::hours(24));
}

void diagnose_endpoint(const std::string& subject, const TlsConfig& config, const ReadFile& read, Time now,
                       std::vector<Diagnosis>& diagnoses) {
  const auto files = read_tls_files(config, read);
  if (files.error) return diagnoses.push_back({Severity::error, subject, *files.error});
  try {
    const TlsContext context(files.settings);
    for (const auto& certificate : context.certificates()) {
      if (auto warning = date_warning(certificate, now))
        diagnoses.push_back({Severity::warning, subject, std::move(*warning)});
    }
    for (const auto& info : context.revocation()) {
      if (auto problem = revocation_problem(config, info, now))
        diagnoses.push_back({Severity::warning, subject, std::move(*problem)});
    }
    for (const auto& warning : context.warnings())
      diagnoses.push_back({Severity::warning, subject, tls_warning_text(config, warning)});
  } catch (const TlsSettingsError& error) {
    diagnoses.push_back({Severity::error, subject, tls_error_text(config, error)});
  }
}

}  // namespace

std::vector<Diagnosis> diagnose_tls(const Config& config, const ReadFile& read, Time now) {
  std::vector<Diagnosis> diagnoses;
  bool any = false;
  for (const auto& endpoint : config.endpoints) {
    if (!endpoint.tls) continue;
    any = true;
    diagnose_endpoint("endpoint " + endpoint.name, *endpoint.tls, read, now, diagnoses);
  }
  if (any && diagnoses.empty())
    diagnoses.push_back({Severity::ok, "certificates", "valid for at least two more weeks"});
  return diagnoses;
}

}  // namespace portico
