#pragma once

#include "config/settings/admission_config.hpp"
#include "config/settings/min_rate.hpp"
#include "config/settings/timeouts.hpp"
#include "config/settings/tls_config.hpp"
#include "config/settings/unix_socket_config.hpp"

#include <portico/options.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace portico {

// Text that a client gets before it is closed because the endpoint is full.
struct Farewell {
  std::string farewell;

  static constexpr auto describe() {
    return options(option("farewell", &Farewell::farewell,
                          "Sent before the connection is closed, in such a way that it arrives: \"421 busy\\r\\n\".",
                          required(), length(1, 1024)));
  }

  friend bool operator==(const Farewell&, const Farewell&) = default;
};

struct KeepaliveConfig {
  std::chrono::milliseconds idle = std::chrono::seconds(60);
  std::chrono::milliseconds interval = std::chrono::seconds(15);
  int count = 4;

  static constexpr auto describe() {
    using Self = KeepaliveConfig;
    using std::chrono::hours, std::chrono::seconds;
    return options(option("idle", &Self::idle, "Without traffic, before the first TCP keep-alive probe; 0s: no probes.",
                          between(seconds(0), hours(9))),
                   option("interval", &Self::interval, "From one probe to the next.", between(seconds(1), hours(9))),
                   option("count", &Self::count, "Unanswered probes that end a connection.", between(1, 127)));
  }

  friend bool operator==(const KeepaliveConfig&, const KeepaliveConfig&) = default;
};

// A handler's own struct, filled from the file. Two are equal when every option is.
class HandlerOptions {
 public:
  HandlerOptions() = default;
  template <typename T>
  explicit HandlerOptions(std::shared_ptr<T> object, OptionSet set = {})
      : object_(std::move(object)), set_(std::move(set)) {}

  const void* get() const { return object_.get(); }
  const OptionSet& set() const { return set_; }
  std::shared_ptr<const void> shared() const { return object_; }

  friend bool operator==(const HandlerOptions& left, const HandlerOptions& right) {
    if (!left.object_ || !right.object_) return left.object_ == right.object_;
    return left.set_.equal(left.get(), right.get());
  }

 private:
  std::shared_ptr<const void> object_;
  OptionSet set_;
};

// One endpoint, with endpoint_defaults already in it.
struct EndpointConfig {
  std::string name;
  std::vector<ListenAddress> listen;
  std::string handler;
  HandlerOptions options;
  UnixSocketConfig unix_socket;
  std::optional<TlsConfig> tls;
  std::optional<ProxyProtocolConfig> proxy_protocol;
  AcceptConfig accept;
  EndpointLimitsConfig limits;
  std::variant<std::string, Farewell> on_full = "wait";
  Timeouts timeouts;
  MinRate min_rate;
  KeepaliveConfig keepalive;

  static constexpr auto describe() {
    using Self = EndpointConfig;
    return portico::options(
        unlisted(&Self::name),
        option(
            "listen", &Self::listen,
            "Where to listen: \"0.0.0.0:7000\", \"[::]:7000\", \":7000\", \"localhost:7000\", \"unix:/run/p.sock\", or "
            "a socket that was opened before: \"fd:3\", \"systemd:NAME\"; one or a list.",
            required(), or_single(), length(1, 64)),
        option("handler", &Self::handler, "The session handler: what runs for each client.", required()),
        unlisted(&Self::options),
        option("unix_socket", &Self::unix_socket, "The file of each Unix socket in `listen`."),
        option("tls", &Self::tls, "Speak TLS; unset: plain TCP."),
        option("proxy_protocol", &Self::proxy_protocol,
               "Expect a PROXY header, with which a proxy says whose connection it passes on: that client is then the "
               "peer of the session, of the log and of `limits.per_address`. Unset: none."),
        option(
            "accept", &Self::accept,
            "Accepting connections. A new client meets the rules in this order, and the first that it breaks refuses "
            "it: `accept.deny` and `allow`, `accept.rate`, `limits.per_address`, `limits.connections` of the "
            "endpoint, `limits.connections` of the process. A rule with `observe` only counts and logs. The address "
            "is that of who connects, also where that is a proxy; only `limits.per_address` knows its clients."),
        option("limits", &Self::limits, "How many connections at a time, and how much may wait for each."),
        option(
            "on_full", &Self::on_full,
            "What becomes of a client that breaks `accept.rate` or a limit. wait: it stays in the system's queue "
            "until there is room (at most `accept.outstanding` are accepted and wait unread); one over "
            "`limits.per_address` is closed. close: it reads an end (FIN). reset: it gets an error (RST). An object: "
            "it reads a farewell text, then the end. Whom `accept.allow` or `deny` keeps out is always reset at once.",
            choices("wait", "close", "reset")),
        option("timeouts", &Self::timeouts, "How long each phase of a connection may last."),
        option("min_rate", &Self::min_rate,
               "How slow a client may be, inside a message and while it takes what is sent. Looked at every 250 ms."),
        option("keepalive", &Self::keepalive, "TCP keep-alive: finding peers that have gone without a word."));
  }

  friend bool operator==(const EndpointConfig&, const EndpointConfig&) = default;
};

}  // namespace portico
