#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/admission/address_counts.hpp"
#include "server/admission/network_set.hpp"
#include "server/admission/proxy_policy.hpp"
#include "server/admission/rate_limit.hpp"
#include "server/admission/slots.hpp"
#include "server/events/observer.hpp"

#include <portico/address.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace portico {

// Who is let into one endpoint: `deny` and `allow`, the rate, the limits of an address, of the endpoint and of the
// server, in that order. Decided right after the accept: a conditional accept (SO_CONDITIONAL_ACCEPT,
// learn.microsoft.com) would turn off the system's backlog and its protection against SYN floods. Tells the observer
// whom it refuses, and whom a rule on trial would have refused. Owned by the endpoint; any thread.
class Admission {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  enum class Action : std::uint8_t { let_in, wait, close, reset, farewell };
  struct Decision {
    Action action = Action::let_in;
    Refusal reason{};                    // unless it is let in
    std::chrono::milliseconds pause{0};  // to wait for the rate
  };

  Admission(const EndpointConfig& config, Slots& slots, Observer& observer);

  // The first question: may this client come at all, and now? A client that must wait for the rate has its turn kept.
  Decision check(const Address& peer, TimePoint now);

  // The second: is there a slot? If so it is taken, and give_back() is owed. With `on_full` wait, a slot that is not
  // there is waited for by `waiter`.
  Decision take_slot(const Address& peer, Slots::Waiter& waiter);

  // The third, about a client that a trusted proxy may have announced: only then is its address known, so take_slot()
  // has not counted it.
  struct Counted {
    std::optional<Refusal> refused;
    std::shared_ptr<const void> until_gone;  // who holds it is counted
  };
  Counted take_address(const Address& client);

  // Ends the wait of take_slot(). False if the slot was granted already: then give_back() is owed.
  bool forget(const Address& peer, Slots::Waiter& waiter);

  // The connection has gone, or a granted slot is not used. `peer` is who had connected, not who was announced.
  void give_back(const Address& peer);

 private:
  std::chrono::milliseconds take_token(TimePoint now, bool early);
  bool is_denied(const Address& peer);
  bool count_address(const Address& peer);
  void forget_address(const Address& peer);
  // At take_slot(): a Unix peer has no address, and behind a proxy it is not known yet.
  bool counts(const Address& peer) const { return addresses_ && !peer.is_unix() && !proxies_.contains(peer.ip()); }
  Decision refuse(const Address& peer, Refusal reason, Action action);
  void observe(const Address& peer, Refusal reason);

  Slots& slots_;
  Observer& observer_;
  const std::string endpoint_;
  const Action when_full_;
  const NetworkSet allow_, deny_;
  const NetworkSet proxies_;  // those say whose address counts
  const bool observe_allow_, observe_deny_, observe_rate_, observe_address_;
  std::mutex rate_mutex_;
  std::optional<RateLimit> rate_;
  std::optional<AddressCounts> addresses_;
  SlotCount count_;
};

// The count that a limit of the configuration means; `unset` where there is none, or where it is on trial.
SlotCount slot_count(const std::optional<ConnectionsRule>& rule, std::size_t unset);

}  // namespace portico
