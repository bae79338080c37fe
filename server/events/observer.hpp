#pragma once

#include "server/events/refusal.hpp"

#include <portico/address.hpp>
#include <portico/end_reason.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace portico {

class ServerConnection;

// What can happen, as data. The views are valid during the call only.
namespace events {

struct Listening {
  std::string_view endpoint;
  std::string address;
};

struct Accepted {
  const ServerConnection& connection;
};

struct Closed {
  const ServerConnection& connection;
  EndReason reason;
  std::string_view text;  // for handler_error and the like: what went wrong; else empty
  std::chrono::milliseconds duration;
};

// A client was not let in; or, with `observed`, would not have been if its rule were not on trial.
struct Refused {
  std::string_view endpoint;
  Address peer;
  Refusal reason;
  bool observed = false;
};

// Accepting goes slower, or on again; one pair an episode. `cause` is a refusal's name where `on_full` lets clients
// wait, or what the system said, and then `error` is its number.
struct AcceptPaused {
  std::string_view endpoint;
  std::string address;
  std::string cause;
  std::error_code error;
};
struct AcceptResumed {
  std::string_view endpoint;
  std::string address;
  std::chrono::milliseconds paused;
};

// Files that the configuration names have changed and cannot be used: the old contents stay in use. Or a certificate in
// use is not valid yet.
struct ConfigProblem {
  std::string_view endpoint;
  std::string problem;
};

// A certificate in use ends within two weeks, or has ended. Told at the start, when it is replaced, and once a day.
struct CertificateExpires {
  std::string_view endpoint;
  std::string_view subject;
  std::string_view serial;
  std::chrono::system_clock::time_point not_after;
  bool expired;
};

// The certificates of an endpoint have changed: new connections get the new ones. The one named is its first.
struct CertificateReplaced {
  std::string_view endpoint;
  std::string_view subject;
  std::string_view serial;
  std::chrono::system_clock::time_point not_after;
};

// The order to stop has come: for `delay` new clients are still let in, while health checks are told not to send any.
struct Stopping {
  std::chrono::milliseconds delay;
};
struct Draining {
  std::size_t connections;
  std::chrono::milliseconds deadline;
};
struct Stopped {
  std::size_t killed;  // connections that the drain deadline or a second signal cut
};

}  // namespace events

// Hears what happens. One for the whole server; called from every worker's thread at once, so it must be thread-safe,
// and it must not block: a worker waits for it. What it throws is a programming error and ends the process. One that
// overrides some only says `using Observer::on;` for the others.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void on(const events::Listening&) {}
  virtual void on(const events::Accepted&) {}
  virtual void on(const events::Closed&) {}
  virtual void on(const events::Refused&) {}
  virtual void on(const events::AcceptPaused&) {}
  virtual void on(const events::AcceptResumed&) {}
  virtual void on(const events::ConfigProblem&) {}
  virtual void on(const events::CertificateExpires&) {}
  virtual void on(const events::CertificateReplaced&) {}
  virtual void on(const events::Stopping&) {}
  virtual void on(const events::Draining&) {}
  virtual void on(const events::Stopped&) {}
};

}  // namespace portico
