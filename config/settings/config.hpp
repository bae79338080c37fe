#pragma once

#include "config/settings/endpoint_config.hpp"

#include <portico/options.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// The configuration as plain data, checked. Independent of sockets.

struct LogConfig {
  std::string format = "auto";
  std::string level = "info";

  static constexpr auto describe() {
    return options(
        option("format", &LogConfig::format, "Format of the log lines. auto: text on a terminal, json otherwise.",
               choices("auto", "text", "json")),
        option("level", &LogConfig::level, "Minimum level of the events that are logged.",
               choices("debug", "info", "warn", "error")));
  }

  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

struct LimitsConfig {
  std::optional<ConnectionsRule> connections;

  static constexpr auto describe() {
    return options(option("connections", &LimitsConfig::connections,
                          "Maximum concurrent connections of the process; unset: as many as its descriptors allow. "
                          "Endpoints of a handler that serves operators, such as `health`, do not count: they answer "
                          "when the server is full.",
                          between(1, 10'000'000)));
  }

  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

struct ShutdownConfig {
#ifdef _WIN32
  static constexpr std::chrono::seconds default_drain{4};  // a container is killed 5 s after the stop request
#else
  static constexpr std::chrono::seconds default_drain{8};  // `docker stop` waits 10 s
#endif

  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds drain{default_drain};

  static constexpr auto describe() {
    using std::chrono::seconds, std::chrono::hours;
    return options(
        option("delay", &ShutdownConfig::delay,
               "Keep accepting for this long after a stop request, so that load balancers notice.",
               between(seconds(0), hours(1))),
        option("drain", &ShutdownConfig::drain,
               "Then give sessions this long to finish before they are aborted; on Windows the default is 4s.",
               between(seconds(0), hours(24)), documented_default("8s")));
  }

  friend bool operator==(const ShutdownConfig&, const ShutdownConfig&) = default;
};

struct Config {
  int workers = 0;  // 0: automatic, which the program resolves
  LogConfig log;
  LimitsConfig limits;
  ShutdownConfig shutdown;
  std::vector<EndpointConfig> endpoints;  // in the order of the file

  static constexpr auto describe() {
    return options(
        option("workers", &Config::workers,
               "Worker threads; auto: one for each processor that the process may use, by its affinity and by "
               "the CPU limit of its container, service or job.",
               between(1, 1024), named_value("auto", 0)),
        option("log", &Config::log, "The log, written to stderr."),
        option("limits", &Config::limits, "Limits of the process."),
        option("shutdown", &Config::shutdown, "Stopping the server."), not_configurable(&Config::endpoints));
  }

  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace portico
