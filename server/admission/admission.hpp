#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/admission/address_counts.hpp"
#include "server/admission/network_set.hpp"
#include "server/admission/proxy_policy.hpp"
#include "server/admission/rate_limit.hpp"
#include "server/admission/slots.hpp"

#include <portico/address.hpp>
#include <portico/observer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace portico {

// Admission control of one endpoint: `deny` and `allow`, the rate, the limits of an address, of the endpoint and of the
// server, in that order. Decided right after the accept: a conditional accept (SO_CONDITIONAL_ACCEPT,
// learn.microsoft.com) would turn off the system's backlog and its protection against SYN floods. Reports each refused
// client to the observer, and each that an observed rule would have refused. Owned by the endpoint; any thread.
//
//   auto decision = admission.check_address(peer);
//   if (decision.action == Action::admit) decision = admission.check_rate(peer, now, &turn);
//   if (decision.action == Action::admit) decision = admission.acquire_slot(peer, waiter);
//   ...                       // Action::admit: the client holds a slot
//   admission.release(peer);  // after its connection is destroyed
class Admission {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  enum class Action : std::uint8_t { admit, wait, close, reset, farewell };
  struct Decision {
    Action action = Action::admit;
    Refusal reason{};                    // unless admitted
    std::chrono::milliseconds pause{0};  // of a client that waits for the rate
  };

  Admission(const EndpointConfig& config, Slots& slots, Observer& observer);

  // The place of a client among those that wait for the rate, on all addresses of the endpoint. Must live until the
  // client is admitted or leave_queue().
  struct Turn {
    bool waiting = false;
  };

  // First step: checks the address.
  Decision check_address(const Address& peer);

  // Second step: takes a token of the rate, or returns how long it is until there may be one. A client that waits takes
  // none, so that one that leaves costs the others nothing; it is in the queue until it is admitted. Tokens are taken
  // in the order of the queue.
  Decision check_rate(const Address& peer, TimePoint now, Turn* turn = nullptr);
  void leave_queue(Turn& turn);

  // Reports a client that has reset its connection before the rate could admit it.
  Decision refuse_departed(const Address& peer) { return refuse(peer, Refusal::rate, Action::reset); }

  // Returns true if the rate refuses clients, or makes them wait: it is set, and not only observed.
  bool enforces_rate() const { return rate_ && !observe_rate_; }

  // Third step: acquires a slot, which the caller must release(). If there is none and `on_full` is wait, `waiter`
  // waits for one.
  Decision acquire_slot(const Address& peer, Slots::Waiter& waiter);

  // For a socket whose clients others may accept: the steps, taken before and after the accept, so that no client is
  // accepted that would have to wait. Only if `on_full` is wait: otherwise no client waits.
  bool makes_wait() const { return when_full_ == Action::wait; }
  std::chrono::milliseconds rate_delay(TimePoint now);  // until there is a token of the rate
  Slots::Outcome reserve_slot(Slots::Waiter& waiter);
  // Decides on the client that was accepted with a reserved slot, which is released if it is refused.
  Decision admit_reserved(const Address& peer, const Slots::Outcome& reserved, TimePoint now);
  void release_reserved() { slots_.release(count_); }

  // Fourth step, after the PROXY header of a trusted proxy: counts the client under `per_address`. Its address is known
  // only now, so acquire_slot() has not counted it.
  struct Counted {
    std::optional<Refusal> refused;
    std::shared_ptr<const void> lease;  // the client is counted until this is destroyed
  };
  Counted count_proxied_client(const Address& client);

  // Reports a client that has waited and is sent away because the server stops.
  void refuse_for_stop(const Address& peer) { refuse(peer, Refusal::stopping, Action::reset); }

  // Ends the wait of acquire_slot(). Returns false if the slot was already granted: then the caller must release() it.
  bool cancel_wait(const Address& peer, Slots::Waiter& waiter);
  bool cancel_reservation(Slots::Waiter& waiter) { return slots_.cancel_wait(waiter); }

  // Releases the slot of a destroyed connection, or one that was granted and is not used. `peer` is the direct peer, as
  // passed to acquire_slot().
  void release(const Address& peer);

 private:
  std::chrono::milliseconds acquire_token(TimePoint now, Turn* turn);
  void remove_turn(Turn& turn);
  bool is_denied(const Address& peer);
  std::optional<Decision> refuse_by_address(const Address& peer);
  bool count_address(const Address& peer);
  void uncount_address(const Address& peer);
  // True if acquire_slot() counts the peer: a Unix peer has no address, and that of a proxied client is not known yet.
  bool is_counted(const Address& peer) const { return addresses_ && !peer.is_unix() && !proxies_.contains(peer.ip()); }
  Decision refuse(const Address& peer, Refusal reason, Action action);
  void observe(const Address& peer, Refusal reason);
  void observe(const Address& peer, const Slots::Outcome& outcome);

  Slots& slots_;
  Observer& observer_;
  const std::string endpoint_;
  const Action when_full_;
  const NetworkSet allow_, deny_;
  const NetworkSet proxies_;  // trusted to name the client, whose address counts instead of theirs
  const bool observe_allow_, observe_deny_, observe_rate_, observe_address_;
  std::mutex rate_mutex_;
  std::optional<RateLimit> rate_;
  std::deque<const Turn*> turns_;  // of the clients that wait for the rate, in the order of their accepts
  std::optional<AddressCounts> addresses_;
  SlotCount count_;
};

// Maximum number of connections of an endpoint for operators, which is outside the limit of the process.
inline constexpr std::size_t max_operator_connections = 16;

// Returns the reason of a client's wait, or of its refusal.
Refusal reason_of(Slots::LimitHit limit_hit);

// Converts a limit of the configuration; `unset` is the limit where there is none, or where it is only observed.
SlotCount slot_count(const std::optional<ConnectionsRule>& rule, std::size_t unset);

}  // namespace portico
