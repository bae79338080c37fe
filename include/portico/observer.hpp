#pragma once

#include <portico/address.hpp>
#include <portico/end_reason.hpp>
#include <portico/refusal.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace portico {

class Connection;

// Events as data. The views and the connections are valid only during the call; of a connection only facts may be
// asked.
namespace events {

struct Listening {
  std::string_view endpoint;
  std::string address;
};

struct Accepted {
  const Connection& connection;
};

struct Closed {
  const Connection& connection;
  EndReason reason;
  std::string_view message;  // the error message of handler_error and similar reasons; otherwise empty
  std::chrono::milliseconds duration;
  std::uint64_t bytes_in = 0;  // of the session, after TLS and the PROXY header
  std::uint64_t bytes_out = 0;
};

// A client was refused; or, with `observed`, was admitted though an observed rule (dry run) would refuse it.
struct Refused {
  std::string_view endpoint;
  Address peer;
  Refusal reason;
  bool observed = false;
};

// Accepting pauses, or has resumed; one pair for each episode. `cause` is the name of a refusal if `on_full` makes
// clients wait, or the system's error message, and then `error` is set.
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

// A problem of the configuration file; files that it names have changed and cannot be used, so the old contents stay in
// use; or a certificate in use is not valid yet. A warning: one of the file, an inherited socket that no endpoint uses,
// or an address that was passed over while others are served.
struct ConfigProblem {
  std::string_view endpoint;
  std::string problem;
  bool is_warning = false;
};

// A certificate in use expires within two weeks, or has expired. Sent at start, after a replacement, and once a day.
struct CertificateExpires {
  std::string_view endpoint;
  std::string_view subject;
  std::string_view serial;
  std::chrono::system_clock::time_point not_after;
  bool expired;
};

// New connections of an endpoint get new certificates. The fields are those of the first.
struct CertificateReplaced {
  std::string_view endpoint;
  std::string_view subject;
  std::string_view serial;
  std::chrono::system_clock::time_point not_after;
};

// The server cannot start. Reported by the program.
struct StartFailed {
  std::string error;
};

// The certificates of all endpoints with TLS were read again on request. The others, and the configuration, are as they
// were.
struct Reloaded {
  std::size_t endpoints = 0;  // with TLS
  std::size_t replaced = 0;
  std::size_t rejected = 0;  // their files cannot be used; those in use are kept
};

// A stop was requested: for `delay` clients are still admitted, while health checks already report "not ready".
struct Stopping {
  std::chrono::milliseconds delay;
};
// The listeners close, and sessions have until `deadline` to finish.
struct Draining {
  std::size_t connections;
  std::chrono::milliseconds deadline;
};
struct Stopped {
  std::size_t killed;  // connections aborted by the drain deadline or a second signal
};

}  // namespace events

// Receiver of the events of the whole server, beside the log: for metrics, for example. Given to run() in Program; must
// outlive the call. Called concurrently from the threads of all workers, so it must be thread-safe, and it must not
// block, since the worker waits for it. An exception is a programming error and ends the process. A class that
// overrides only some needs `using Observer::on;` for the others.
//
//     struct Counter : portico::Observer {
//       using Observer::on;
//       void on(const portico::events::Closed& event) override { bytes += event.bytes_out; }
//       std::atomic<std::uint64_t> bytes{0};
//     };
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
  virtual void on(const events::StartFailed&) {}
  virtual void on(const events::Reloaded&) {}
  virtual void on(const events::Stopping&) {}
  virtual void on(const events::Draining&) {}
  virtual void on(const events::Stopped&) {}
};

}  // namespace portico
