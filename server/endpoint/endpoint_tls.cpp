#include "server/endpoint/endpoint_tls.hpp"

#include "server/endpoint/start_error.hpp"

#include <algorithm>
#include <utility>

namespace portico {

namespace {

std::string name_of(const TlsContext::Certificate& certificate) {
  return "tls." + certificate.option + ": " + certificate.subject;
}

// Why a new context is not taken, if the old one still serves: a certificate of it is not valid now.
std::string not_valid(const TlsContext& context, TlsContext::Time now) {
  for (const auto& certificate : context.certificates()) {
    if (now > certificate.not_after) return name_of(certificate) + " has expired";
    if (now < certificate.not_before) return name_of(certificate) + " is not valid yet";
  }
  return {};
}

// When the last of its certificates becomes valid; never if none will.
TlsContext::Time begin_of(const TlsContext& context, TlsContext::Time now) {
  auto begin = now;
  for (const auto& certificate : context.certificates()) begin = std::max(begin, certificate.not_before);
  return begin > now ? begin : TlsContext::Time::max();
}

}  // namespace

EndpointTls::EndpointTls(std::string endpoint, TlsConfig config, ReadFile read, Observer& observer)
    : endpoint_(std::move(endpoint)), config_(std::move(config)), read_(std::move(read)), observer_(observer) {
  last_seen_ = read_tls_files(config_, read_);
  if (!last_seen_.fault.empty()) throw StartError("endpoint " + endpoint_ + ": " + last_seen_.fault);
  try {
    current_ = std::make_shared<CurrentTlsContext>(std::make_shared<const TlsContext>(last_seen_.settings));
  } catch (const TlsSettingsError& error) {
    throw StartError("endpoint " + endpoint_ + ": " + fault_text(config_, error));
  }
}

void EndpointTls::look(Time now, bool at_once) {
  auto files = read_tls_files(config_, read_);
  const bool refused_too_early = files == last_seen_ && now >= valid_from_;
  if (files == last_seen_ && !refused_too_early) {
    changed_.reset();
    if (at_once && !refused_.empty()) tell_refused();
    return;
  }
  if (!at_once && !refused_too_early && changed_ != files) {
    changed_ = std::move(files);
    return;
  }
  changed_.reset();
  replace(files, now);
  last_seen_ = std::move(files);
}

void EndpointTls::replace(const TlsFiles& files, Time now) {
  valid_from_ = Time::max();
  refused_.clear();
  if (!files.fault.empty()) return refuse(files.fault);
  try {
    auto next = std::make_shared<const TlsContext>(files.settings);
    const auto fault = not_valid(*next, now);
    // One that has expired as well is no better than the new one.
    if (!fault.empty() && not_valid(*current_->get(), now).empty()) {
      valid_from_ = begin_of(*next, now);
      return refuse(fault);
    }
    current_->set(std::move(next));
  } catch (const TlsSettingsError& error) {
    return refuse(fault_text(config_, error));
  }
  const auto context = current_->get();
  const auto& first = context->certificates().front();
  observer_.on(events::CertificateReplaced{endpoint_, first.subject, first.serial, first.not_after});
  tell_expiry(now);
}

void EndpointTls::refuse(const std::string& fault) {
  refused_ = fault;
  tell_refused();
}

void EndpointTls::tell_refused() const {
  observer_.on(events::ConfigProblem{endpoint_, refused_ + "; the certificates in use are kept"});
}

void EndpointTls::tell_expiry(Time now) const {
  const auto context = current_->get();
  for (const auto& certificate : context->certificates()) {
    if (now < certificate.not_before)
      observer_.on(events::ConfigProblem{endpoint_, name_of(certificate) + " is in use, but not valid yet"});
    if (certificate.not_after - now > certificate_warning) continue;
    observer_.on(events::CertificateExpires{endpoint_, certificate.subject, certificate.serial, certificate.not_after,
                                            /*expired=*/certificate.not_after < now});
  }
}

}  // namespace portico
