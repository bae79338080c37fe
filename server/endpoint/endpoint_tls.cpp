#include "server/endpoint/endpoint_tls.hpp"

#include "server/endpoint/start_error.hpp"

#include <algorithm>
#include <utility>

namespace portico {

namespace {

std::string label_of(const TlsContext::Certificate& certificate) {
  return "tls." + certificate.option + ": " + certificate.subject;
}

// Returns the reason why a context must not replace a valid one: one of its certificates is not valid now.
std::optional<std::string> validity_error(const TlsContext& context, TlsContext::Time now) {
  for (const auto& certificate : context.certificates()) {
    if (now > certificate.not_after) return label_of(certificate) + " has expired";
    if (now < certificate.not_before) return label_of(certificate) + " is not valid yet";
  }
  return std::nullopt;
}

// Returns when the last of the certificates becomes valid; Time::max() if all are valid or expired.
TlsContext::Time valid_from(const TlsContext& context, TlsContext::Time now) {
  auto from = now;
  for (const auto& certificate : context.certificates()) from = std::max(from, certificate.not_before);
  return from > now ? from : TlsContext::Time::max();
}

}  // namespace

EndpointTls::EndpointTls(std::string endpoint, TlsConfig config, ReadFile read, Observer& observer)
    : endpoint_(std::move(endpoint)), config_(std::move(config)), read_(std::move(read)), observer_(observer) {
  const auto files = read_files();
  if (files.error) throw StartError("endpoint " + endpoint_ + ": " + *files.error);
  try {
    current_ = std::make_shared<CurrentTlsContext>(std::make_shared<const TlsContext>(files.settings));
  } catch (const TlsSettingsError& error) {
    throw StartError("endpoint " + endpoint_ + ": " + tls_error_text(config_, error));
  }
  current_files_ = seen(files);
}

TlsFiles EndpointTls::read_files() const {
  auto files = read_tls_files(config_, read_);
  files.settings.session_scope = endpoint_;
  return files;
}

EndpointTls::Seen EndpointTls::seen(const TlsFiles& files) { return {files.error, digest_of(files.settings)}; }

EndpointTls::Files EndpointTls::poll(Time now, bool force) {
  report_expired_since_last_poll(now);
  current_->get()->renew_ticket_keys();
  const auto files = read_files();
  const auto next = seen(files);
  const bool has_become_valid = next == current_files_ && now >= valid_from_;
  if (next == current_files_ && !has_become_valid) {
    pending_.reset();
    if (force && !rejection_.empty()) report_rejected();
    return rejection_.empty() ? Files::in_use : Files::rejected;
  }
  if (!force && !has_become_valid && pending_ != next) {
    pending_ = next;
    return Files::in_use;
  }
  pending_.reset();
  replace(files, now);
  current_files_ = next;
  return rejection_.empty() ? Files::replaced : Files::rejected;
}

void EndpointTls::replace(const TlsFiles& files, Time now) {
  valid_from_ = Time::max();
  rejection_.clear();
  if (files.error) return reject(*files.error);
  try {
    auto next = std::make_shared<const TlsContext>(files.settings);
    const auto error = validity_error(*next, now);
    // If those in use are not valid either, the new ones are no worse.
    if (error && !validity_error(*current_->get(), now)) {
      valid_from_ = valid_from(*next, now);
      return reject(*error);
    }
    current_->set(std::move(next));
  } catch (const TlsSettingsError& error) {
    return reject(tls_error_text(config_, error));
  }
  const auto context = current_->get();
  const auto& first = context->certificates().front();
  observer_.on(events::CertificateReplaced{endpoint_, first.subject, first.serial, first.not_after});
  report_expiry(now);
}

void EndpointTls::reject(const std::string& error) {
  rejection_ = error;
  report_rejected();
}

void EndpointTls::report_rejected() const {
  observer_.on(events::ConfigProblem{endpoint_, rejection_ + "; the certificates in use are kept"});
}

// These expire after days, not months: a report once a day could be late.
void EndpointTls::report_expired_since_last_poll(Time now) {
  const auto last = std::exchange(polled_at_, now);
  const auto context = current_->get();
  for (const auto& info : context->revocation()) {
    if (last > info.next_update || info.next_update >= now) continue;
    observer_.on(events::ConfigProblem{endpoint_, *revocation_problem(config_, info, now)});
  }
}

void EndpointTls::report_expiry(Time now) const {
  const auto context = current_->get();
  for (const auto& info : context->revocation()) {
    if (const auto problem = revocation_problem(config_, info, now))
      observer_.on(events::ConfigProblem{endpoint_, *problem});
  }
  for (const auto& certificate : context->certificates()) {
    if (now < certificate.not_before)
      observer_.on(events::ConfigProblem{endpoint_, label_of(certificate) + " is in use, but not valid yet"});
    if (certificate.not_after - now > certificate_warning) continue;
    observer_.on(events::CertificateExpires{endpoint_, certificate.subject, certificate.serial, certificate.not_after,
                                            /*expired=*/certificate.not_after < now});
  }
}

}  // namespace portico
