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

// Text sent to a refused client before its connection is closed: `on_full` as an object.
struct Farewell {
  std::string farewell;

  static constexpr auto describe() {
    return options(option("farewell", &Farewell::farewell, "Text sent before the connection is closed.", required(),
                          length(1, 1024), example("421 busy\r\n")));
  }

  friend bool operator==(const Farewell&, const Farewell&) = default;
};

// TCP keep-alive (RFC 9293, 3.8.4).
struct KeepaliveConfig {
  std::chrono::milliseconds idle = std::chrono::seconds(60);
  std::chrono::milliseconds interval = std::chrono::seconds(15);
  int count = 4;

  static constexpr auto describe() {
    using Self = KeepaliveConfig;
    using std::chrono::hours, std::chrono::seconds;
    return options(
        option("idle", &Self::idle, "Time without traffic before the first TCP keep-alive probe; 0s: no probes.",
               between(seconds(0), hours(9))),
        option("interval", &Self::interval, "Time between two probes.", between(seconds(1), hours(9))),
        option("count", &Self::count, "Number of unanswered probes after which the connection ends.", between(1, 127)));
  }

  friend bool operator==(const KeepaliveConfig&, const KeepaliveConfig&) = default;
};

// The options of a handler: its own struct, filled from the file. Two are equal if they are of the same struct and
// every option is equal.
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
    // The rows of one struct cannot read an object of another; every struct has its own `make`.
    if (left.set_.type().make != right.set_.type().make) return false;
    return left.set_.equal(left.get(), right.get());
  }

 private:
  std::shared_ptr<const void> object_;
  OptionSet set_;
};

// One endpoint, with endpoint_defaults already merged in.
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
  bool serves_operators = false;  // as its handler says

  static constexpr auto describe() {
    using Self = EndpointConfig;
    return portico::options(
        not_configurable(&Self::name),
        option(
            "listen", &Self::listen,
            "Addresses to listen on, one or an array: \"0.0.0.0:7000\", \"[::]:7000\", \":7000\", \"localhost:7000\", "
            "\"unix:/run/p.sock\", or an inherited socket: \"fd:3\", \"systemd:NAME\".",
            required(), allow_scalar(), length(1, 64), example("0.0.0.0:7000")),
        option("handler", &Self::handler, "Name of the handler that serves each connection.", required()),
        not_configurable(&Self::options),
        option("unix_socket", &Self::unix_socket, "Permissions and owner of the file of each Unix socket in `listen`."),
        option("tls", &Self::tls, "TLS; unset: plain TCP."),
        option("proxy_protocol", &Self::proxy_protocol,
               "Expect a PROXY header, in which a proxy names the client whose connection it forwards. That client is "
               "then the peer for the session, the log and `limits.per_address`. Unset: no header is expected."),
        option(
            "accept", &Self::accept,
            "Accepting connections. The rules are checked in this order, and the first that a client breaks refuses "
            "it: `accept.deny` and `allow`, `accept.rate`, `limits.per_address`, `limits.connections` of the "
            "endpoint, `limits.connections` of the process. A rule with `observe` only counts and logs. Rules apply to "
            "the address that connects, even if it is a proxy; only `limits.per_address` applies to the proxy's "
            "clients."),
        option("limits", &Self::limits, "Maximum concurrent connections, and the size of the send queue of each."),
        option(
            "on_full", &Self::on_full,
            "What happens to a client that breaks `accept.rate` or a limit. wait: it stays in the system's queue until "
            "it can be admitted (at most `accept.outstanding` clients are accepted and wait unread), except that a "
            "client over `limits.per_address` is closed. close: its connection is closed (FIN). reset: its connection "
            "is reset (RST). An object: it gets a farewell text and is closed. A client that `accept.allow` or `deny` "
            "refuses is always reset.",
            choices("wait", "close", "reset")),
        option("timeouts", &Self::timeouts, "Timeouts of the stages of a connection."),
        option("min_rate", &Self::min_rate,
               "Minimum rates of a client, inside a message and while it receives. Checked every 250 ms."),
        option("keepalive", &Self::keepalive, "TCP keep-alive, which detects dead peers."),
        not_configurable(&Self::serves_operators));
  }

  friend bool operator==(const EndpointConfig&, const EndpointConfig&) = default;
};

}  // namespace portico
