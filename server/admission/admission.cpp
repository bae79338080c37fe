#include "server/admission/admission.hpp"

namespace portico {

namespace {

Admission::Action action_of(const std::variant<std::string, Farewell>& on_full) {
  using Action = Admission::Action;
  if (std::holds_alternative<Farewell>(on_full)) return Action::farewell;
  const auto& word = std::get<std::string>(on_full);
  return word == "wait" ? Action::wait : word == "close" ? Action::close : Action::reset;
}

}  // namespace

SlotCount slot_count(const std::optional<ConnectionsRule>& rule, std::size_t unset) {
  SlotCount count;
  count.limit = unset;
  if (!rule) return count;
  const auto limit = static_cast<std::size_t>(limit_of(*rule));
  (is_observed(*rule) ? count.observed_limit : count.limit) = limit;
  return count;
}

Admission::Admission(const EndpointConfig& config, Slots& slots, Observer& observer)
    : slots_(slots),
      observer_(observer),
      endpoint_(config.name),
      when_full_(action_of(config.on_full)),
      allow_(networks_of(config.accept.allow)),
      deny_(networks_of(config.accept.deny)),
      proxies_(trusted_proxies(config)),
      observe_allow_(is_observed(config.accept.allow)),
      observe_deny_(is_observed(config.accept.deny)),
      observe_rate_(config.accept.rate && is_observed(*config.accept.rate)),
      observe_address_(config.limits.per_address.observe),
      count_(slot_count(config.limits.connections, SlotCount::unlimited)) {
  if (config.accept.rate) rate_.emplace(limit_of(*config.accept.rate));
  const auto& per_address = config.limits.per_address;
  if (per_address.connections)
    addresses_.emplace(static_cast<std::size_t>(*per_address.connections),
                       static_cast<unsigned>(per_address.ipv6_prefix));
}

Admission::Decision Admission::check(const Address& peer, TimePoint now) {
  // Without a word and without a trace: whoever is not wanted shall cost nothing.
  if (is_denied(peer)) return refuse(peer, Refusal::denied, Action::reset);
  if (!rate_) return {};
  const auto action = observe_rate_ ? Action::let_in : when_full_;
  const auto wait = take_token(now, /*early=*/action == Action::wait);
  if (wait.count() == 0) return {};
  if (action == Action::wait) return {action, Refusal::rate, wait};
  if (action != Action::let_in) return refuse(peer, Refusal::rate, action);
  observe(peer, Refusal::rate);
  return {};
}

std::chrono::milliseconds Admission::take_token(TimePoint now, bool early) {
  const std::lock_guard lock(rate_mutex_);
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(rate_->wait(now));
  if (wait.count() == 0 || early) rate_->take(now);
  return wait;
}

bool Admission::is_denied(const Address& peer) {
  if (peer.is_unix()) return false;  // it has no address; the permissions of the socket's file have let it come
  const auto ip = peer.ip();
  bool denied = false;
  const auto weigh = [&](bool against, bool observed) {
    if (against && observed) observe(peer, Refusal::denied);
    denied = denied || (against && !observed);
  };
  weigh(deny_.contains(ip), observe_deny_);
  weigh(!allow_.empty() && !allow_.contains(ip), observe_allow_);
  return denied;
}

Admission::Decision Admission::take_slot(const Address& peer, Slots::Waiter& waiter) {
  if (!count_address(peer)) {
    // One client must not make all the others wait.
    if (!observe_address_)
      return refuse(peer, Refusal::address_full, when_full_ == Action::wait ? Action::close : when_full_);
    observe(peer, Refusal::address_full);
  }
  const auto outcome = slots_.take(count_, when_full_ == Action::wait ? &waiter : nullptr);
  if (outcome.endpoint_would_be) observe(peer, Refusal::endpoint_full);
  if (outcome.server_would_be) observe(peer, Refusal::server_full);
  if (outcome.full == Slots::Full::no) return {};
  const auto reason = outcome.full == Slots::Full::endpoint ? Refusal::endpoint_full : Refusal::server_full;
  if (when_full_ == Action::wait) return {when_full_, reason, {}};
  forget_address(peer);
  return refuse(peer, reason, when_full_);
}

bool Admission::forget(const Address& peer, Slots::Waiter& waiter) {
  if (!slots_.forget(waiter)) return false;
  forget_address(peer);
  return true;
}

Admission::Counted Admission::take_address(const Address& client) {
  if (!addresses_ || client.is_unix()) return {};
  if (!addresses_->add(client.ip(), observe_address_)) {
    if (!observe_address_) return {refuse(client, Refusal::address_full, Action::close).reason, nullptr};
    observe(client, Refusal::address_full);
  }
  struct One {
    AddressCounts& counts;
    asio::ip::address ip;
    ~One() { counts.remove(ip); }
  };
  return {std::nullopt, std::shared_ptr<const void>(new One{*addresses_, client.ip()})};
}

void Admission::give_back(const Address& peer) {
  forget_address(peer);
  slots_.free(count_);
}

// False: it has as many as it may have.
bool Admission::count_address(const Address& peer) {
  return !counts(peer) || addresses_->add(peer.ip(), observe_address_);
}

void Admission::forget_address(const Address& peer) {
  if (counts(peer)) addresses_->remove(peer.ip());
}

Admission::Decision Admission::refuse(const Address& peer, Refusal reason, Action action) {
  observer_.on(events::Refused{endpoint_, peer, reason, /*observed=*/false});
  return {action, reason, {}};
}

void Admission::observe(const Address& peer, Refusal reason) {
  observer_.on(events::Refused{endpoint_, peer, reason, /*observed=*/true});
}

}  // namespace portico
