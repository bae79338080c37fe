#include "server/admission/admission.hpp"

#include <algorithm>
#include <utility>

namespace portico {

namespace {

Admission::Action action_of(const std::variant<std::string, Farewell>& on_full) {
  using Action = Admission::Action;
  if (std::holds_alternative<Farewell>(on_full)) return Action::farewell;
  const auto& word = std::get<std::string>(on_full);
  return word == "wait" ? Action::wait : word == "close" ? Action::close : Action::reset;
}

}  // namespace

Refusal reason_of(Slots::LimitHit limit_hit) {
  return limit_hit == Slots::LimitHit::endpoint ? Refusal::endpoint_full : Refusal::server_full;
}

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
  if (config.serves_operators) {
    count_.limit = std::min(count_.limit, max_operator_connections);
    count_.outside_server_limit = true;
  }
  if (config.accept.rate) rate_.emplace(limit_of(*config.accept.rate));
  const auto& per_address = config.limits.per_address;
  if (per_address.connections)
    addresses_.emplace(static_cast<std::size_t>(*per_address.connections),
                       static_cast<unsigned>(per_address.ipv6_prefix));
}

Admission::Decision Admission::check_address(const Address& peer) {
  // Refused before anything is counted, and reset: denied clients must stay cheap.
  if (is_denied(peer)) return refuse(peer, Refusal::denied, Action::reset);
  return {};
}

Admission::Decision Admission::check_rate(const Address& peer, TimePoint now, Turn* turn) {
  if (!rate_) return {};
  const auto action = observe_rate_ ? Action::admit : when_full_;
  const auto wait = acquire_token(now, action == Action::wait ? turn : nullptr);
  if (wait.count() == 0) return {};
  if (action == Action::wait) return {action, Refusal::rate, wait};
  if (action != Action::admit) return refuse(peer, Refusal::rate, action);
  observe(peer, Refusal::rate);
  return {};
}

std::chrono::milliseconds Admission::acquire_token(TimePoint now, Turn* turn) {
  const std::lock_guard lock(rate_mutex_);
  auto wait = std::chrono::ceil<std::chrono::milliseconds>(rate_->delay(now));
  const bool others_first = !turns_.empty() && turns_.front() != turn;
  // The client whose turn it is takes the token in this moment.
  if (others_first) wait = std::max(wait, std::chrono::milliseconds(1));
  if (wait.count() == 0) {
    rate_->consume(now);
    if (turn) remove_turn(*turn);
  } else if (turn && !std::exchange(turn->waiting, true)) {
    turns_.push_back(turn);
  }
  return wait;
}

void Admission::leave_queue(Turn& turn) {
  const std::lock_guard lock(rate_mutex_);
  remove_turn(turn);
}

void Admission::remove_turn(Turn& turn) {
  if (std::exchange(turn.waiting, false)) turns_.erase(std::find(turns_.begin(), turns_.end(), &turn));
}

bool Admission::is_denied(const Address& peer) {
  if (peer.is_unix()) return false;  // it has no address; the permissions of the socket's file have admitted it
  const auto ip = peer.ip();
  bool denied = false;
  const auto apply_rule = [&](bool against, bool observed) {
    if (against && observed) observe(peer, Refusal::denied);
    denied = denied || (against && !observed);
  };
  apply_rule(deny_.contains(ip), observe_deny_);
  apply_rule(!allow_.empty() && !allow_.contains(ip), observe_allow_);
  return denied;
}

Admission::Decision Admission::acquire_slot(const Address& peer, Slots::Waiter& waiter) {
  if (const auto refused = refuse_by_address(peer)) return *refused;
  const auto outcome = slots_.acquire(count_, makes_wait() ? &waiter : nullptr);
  observe(peer, outcome);
  if (outcome.limit_hit == Slots::LimitHit::none) return {};
  const auto reason = reason_of(outcome.limit_hit);
  if (makes_wait()) return {when_full_, reason, {}};
  uncount_address(peer);
  return refuse(peer, reason, when_full_);
}

// Counts the address, unless it is at its limit.
std::optional<Admission::Decision> Admission::refuse_by_address(const Address& peer) {
  if (count_address(peer)) return std::nullopt;
  // A client over its own limit must not make the others wait.
  if (!observe_address_) return refuse(peer, Refusal::address_full, makes_wait() ? Action::close : when_full_);
  observe(peer, Refusal::address_full);
  return std::nullopt;
}

std::chrono::milliseconds Admission::rate_delay(TimePoint now) {
  if (!rate_ || observe_rate_) return {};
  const std::lock_guard lock(rate_mutex_);
  return std::chrono::ceil<std::chrono::milliseconds>(rate_->delay(now));
}

Slots::Outcome Admission::reserve_slot(Slots::Waiter& waiter) { return slots_.acquire(count_, &waiter); }

Admission::Decision Admission::admit_reserved(const Address& peer, const Slots::Outcome& reserved, TimePoint now) {
  std::optional<Decision> refused;
  if (is_denied(peer)) refused = refuse(peer, Refusal::denied, Action::reset);
  if (!refused) refused = refuse_by_address(peer);
  if (refused) {
    release_reserved();
    return *refused;
  }
  observe(peer, reserved);
  if (observe_rate_) return check_rate(peer, now);
  if (!rate_) return {};
  // The token that rate_delay() saw, or the next one if the client of another address of the endpoint was faster.
  const std::lock_guard lock(rate_mutex_);
  rate_->consume(now);
  return {};
}

bool Admission::cancel_wait(const Address& peer, Slots::Waiter& waiter) {
  if (!slots_.cancel_wait(waiter)) return false;
  uncount_address(peer);
  return true;
}

Admission::Counted Admission::count_proxied_client(const Address& client) {
  if (!addresses_ || client.is_unix()) return {};
  if (!addresses_->add(client.ip(), observe_address_)) {
    if (!observe_address_) return {refuse(client, Refusal::address_full, Action::close).reason, nullptr};
    observe(client, Refusal::address_full);
  }
  struct Lease {
    AddressCounts& counts;
    asio::ip::address ip;
    ~Lease() { counts.remove(ip); }
  };
  return {std::nullopt, std::shared_ptr<const void>(new Lease{*addresses_, client.ip()})};
}

void Admission::release(const Address& peer) {
  uncount_address(peer);
  slots_.release(count_);
}

// Returns false if the address is at its limit.
bool Admission::count_address(const Address& peer) {
  return !is_counted(peer) || addresses_->add(peer.ip(), observe_address_);
}

void Admission::uncount_address(const Address& peer) {
  if (is_counted(peer)) addresses_->remove(peer.ip());
}

Admission::Decision Admission::refuse(const Address& peer, Refusal reason, Action action) {
  observer_.on(events::Refused{endpoint_, peer, reason, /*observed=*/false});
  return {action, reason, {}};
}

void Admission::observe(const Address& peer, Refusal reason) {
  observer_.on(events::Refused{endpoint_, peer, reason, /*observed=*/true});
}

void Admission::observe(const Address& peer, const Slots::Outcome& outcome) {
  if (outcome.endpoint_observed_full) observe(peer, Refusal::endpoint_full);
  if (outcome.server_observed_full) observe(peer, Refusal::server_full);
}

}  // namespace portico
